import { length } from '../lambda/core/alert/format';
import type { Duration } from '../lambda/core/time';
import { causeSection } from './cause-section';
import type { Block, Document, Figure } from './document';
import { paragraph, soft } from './document';
import { badgeOf, summaryOf, titleOf } from './headline';
import { hooksSections } from './hook-runs';
import { impactSection } from './impact';
import { timelineSection } from './incident-timeline';
import type { IncidentReport } from './model';
import { whenText } from './moment-text';
import { correctiveSection, decisionsSection, gapsSections, toldSection } from './record-sections';
import { resolutionSection } from './resolution-section';

const KICKERS: Readonly<Record<IncidentReport['kind'], string>> = {
  incident: 'incident',
  storm: 'storm',
  several: 'several incidents',
};

const spanOf = (duration: Duration | undefined): string =>
  duration === undefined ? '–' : length(duration);

function figuresOf({ figures, instances, alerts }: IncidentReport): readonly Figure[] {
  const isMany = instances.length > 1;
  const isImpaired = instances.every(({ condition }) => condition === 'impaired');
  const last = isMany ? ', the last one' : '';
  const { impact, detect, firstAlert, act, serve, recover } = figures;
  return [
    isMany
      ? { name: 'until all served again', value: spanOf(serve) }
      : { name: isImpaired ? 'impaired' : 'without service', value: spanOf(impact) },
    { name: 'to detect', value: spanOf(detect) },
    { name: 'to the first alert', value: spanOf(firstAlert) },
    { name: `to act${last}`, value: spanOf(act) },
    { name: `to recovered: every check passed${last}`, value: spanOf(recover) },
    { name: alerts.length === 1 ? 'message sent' : 'messages sent', value: String(alerts.length) },
  ];
}

function leadOf(report: IncidentReport): readonly Block[] {
  const { zero, asOf, timeZone, instances } = report;
  const known = `The record tells of it until ${whenText(asOf, timeZone)}.`;
  const from = `Figures count from ${whenText(zero, timeZone)}, the beginning of the impact`;
  const which = instances.length > 1 ? ' on the first instance' : '';
  return [...summaryOf(report).map(paragraph), paragraph([soft(`${from}${which}. ${known}`)])];
}

/** The report of one incident or several, in sections; every renderer takes it from here. */
export function incidentDocument(report: IncidentReport): Document {
  const title = titleOf(report);
  return {
    tab: title,
    kicker: `LiveChat Watchdog, ${KICKERS[report.kind]} ${report.id}`,
    title,
    badge: badgeOf(report),
    lead: leadOf(report),
    figures: figuresOf(report),
    sections: [
      impactSection(report),
      timelineSection(report),
      causeSection(report),
      resolutionSection(report),
      ...hooksSections(report),
      decisionsSection(report),
      toldSection(report),
      correctiveSection(report),
      ...gapsSections(report),
    ],
  };
}
