import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { hookParameters, type HookSubject } from '../../lambda/core/hook-event';
import type { HookRun } from '../../lambda/core/hook-run';
import { incidentId } from '../../lambda/core/open';
import { aRecord, anIncident, aView, at, ID, T0 } from '../core/builders';
import { documentOf, refusalsOf, scriptOf } from './ssm-document';

const SERVING: HookRun = {
  key: '',
  name: 'backfill',
  on: 'serving',
  outage: 1,
  from: at(-27),
  firstKnownBad: at(0),
  to: at(59),
  dueAt: at(60),
  deadlineAt: at(900),
  tries: 1,
  state: { kind: 'intended', at: at(60) },
};
const { to: _none, ...WITHOUT_END } = SERVING;

/** What a hook is told of a server with this Name tag. */
function subjectOf(name = 'pod-23', run: HookRun = SERVING): HookSubject {
  const id = incidentId(aView({ tags: { Name: name } }), T0);
  const { label } = aRecord();
  return {
    run: { ...run, key: `${id}/${run.name}/1` },
    incident: anIncident({ id }),
    instanceId: ID,
    label: { ...label, name },
  };
}

const HOOK_DOCUMENTS = ['backfill', 'presence-resync', 'drain', 'resume'];
const HOSTILE: readonly (readonly [string, string])[] = [
  ['a quoted command', `'; touch /tmp/owned; '`],
  ['a substitution', '$(reboot)'],
  ['an old substitution', '`reboot`'],
  ['a parameter', '{{ Workspace }}'],
  ['a secret', '{{ssm:secret}}'],
  ['two lines', 'a\nb'],
  ['a flag', '-rf /'],
  ['a name with umlauts', 'Agentur Köln – Süd'],
  ['a very long name', 'x'.repeat(300)],
];

describe('the documents', () => {
  it('are those of the four contracts, and the restart', () => {
    const folder = join(__dirname, '..', '..', 'examples', 'livechat', 'ssm');
    expect(readdirSync(folder).toSorted()).toEqual([
      'backfill.yaml',
      'drain.yaml',
      'presence-resync.yaml',
      'restart.yaml',
      'resume.yaml',
    ]);
  });

  it.each([...HOOK_DOCUMENTS, 'restart'])('%s runs one bounded script', (name) => {
    const { schemaVersion, mainSteps } = documentOf(name);
    expect(schemaVersion).toBe('2.2');
    expect(mainSteps.map(({ action }) => action)).toEqual(['aws:runShellScript']);
    expect(mainSteps[0]?.inputs.timeoutSeconds).toMatch(/^[1-9]\d{1,2}$/);
  });

  it('restart takes what restart-service sends: nothing', () => {
    expect(refusalsOf(documentOf('restart'), {})).toEqual([]);
  });
});

describe.each(HOOK_DOCUMENTS)('the document %s', (name) => {
  const document = documentOf(name);

  it('declares what the watchdog sends; what is its own has a default', () => {
    const sent = hookParameters(subjectOf());
    expect(refusalsOf(document, sent)).toEqual([]);
    const own = Object.entries(document.parameters ?? {}).filter(([key]) => !(key in sent));
    expect(own.filter(([, declared]) => declared.default === undefined)).toEqual([]);
  });

  it('has a whole pattern for each, and the type that Systems Manager puts into scripts', () => {
    for (const { type, allowedPattern } of Object.values(document.parameters ?? {})) {
      expect(type).toBe('String');
      expect(allowedPattern).toMatch(/^\^.*\$$/);
      // Nothing that ends a quoted text, or begins a command or another parameter.
      for (const bad of [`a'b`, '"', '$(x)', '`x`', 'a;b', 'a\nb', '{{ Key }}', 'a b', '\\']) {
        expect(new RegExp(allowedPattern ?? '').test(bad)).toBe(false);
      }
    }
  });

  it.each(HOSTILE)('takes a server whose tag is %s, and its script stays the same', (_, tag) => {
    const sent = hookParameters(subjectOf(tag));
    expect(refusalsOf(document, sent)).toEqual([]);
    const values = Object.fromEntries(Object.entries(sent).map(([key, list]) => [key, list[0]!]));
    const script = scriptOf(document, { Workspace: 'http://127.0.0.1:8090', ...values });
    const usual = Object.fromEntries(
      Object.entries(hookParameters(subjectOf())).map(([key, list]) => [key, list[0]!]),
    );
    const expected = scriptOf(document, { Workspace: 'http://127.0.0.1:8090', ...usual });
    expect(script.replaceAll(values['Key']!, usual['Key']!)).toBe(expected);
  });

  it('would be refused with a parameter more, one less, or one that means something', () => {
    const sent = hookParameters(subjectOf());
    expect(refusalsOf(document, { ...sent, From: ['x'] })).toEqual(['From is not declared']);
    const { Key: _gone, ...less } = sent;
    expect(refusalsOf(document, less)).toEqual(['Key is missing']);
    expect(refusalsOf(document, { ...sent, Pod: [`'; reboot; '`] })).toEqual([
      'Pod is not allowed',
    ]);
  });
});

describe('the end of the window', () => {
  const sent = hookParameters(subjectOf('pod-23', WITHOUT_END));

  it.each(['drain', 'resume'])('is empty around a planned stop, which %s takes', (name) => {
    expect(sent['GoodAgain']).toEqual(['']);
    expect(refusalsOf(documentOf(name), sent)).toEqual([]);
  });

  it.each(['backfill', 'presence-resync'])('is asked for by %s: it is for serving', (name) => {
    expect(refusalsOf(documentOf(name), sent)).toEqual(['GoodAgain is not allowed']);
  });
});
