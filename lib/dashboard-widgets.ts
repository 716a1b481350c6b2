import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as logs from 'aws-cdk-lib/aws-logs';
import { LOG_QUERIES, type LogQueryName } from './log-queries';

/** A page is so many units wide. */
const PAGE_WIDTH = 24;
const HEIGHT = 6;

/** A widget that takes the place it is given, in proportion to its share. */
export interface Sized {
  readonly share: number;
  readonly make: (width: number) => cloudwatch.IWidget;
}

/** A table has several columns: as wide as two graphs. */
const TABLE_SHARE = 2;

/** These side by side, over the whole width of the page. */
export function inOneRow(...widgets: readonly Sized[]): readonly cloudwatch.IWidget[] {
  const unit = PAGE_WIDTH / widgets.reduce((sum, { share }) => sum + share, 0);
  return widgets.map(({ share, make }) => make(Math.floor(unit * share)));
}

/** The question that the row below answers, and what is to be seen when all is well. */
export const heading = (question: string, wellWhen: string): cloudwatch.IWidget =>
  new cloudwatch.TextWidget({
    markdown: `## ${question}\n${wellWhen}`,
    width: PAGE_WIDTH,
    height: 2,
    background: cloudwatch.TextWidgetBackground.TRANSPARENT,
  });

/** A value to hold a graph against. */
interface Line {
  readonly value: number;
  readonly label: string;
}

/** A graph of metrics. Counts begin at zero: what is small must not fill the height. */
export function graph(
  title: string,
  metrics: readonly cloudwatch.IMetric[],
  lines: readonly Line[] = [],
): Sized {
  const leftAnnotations = lines.map((line) => ({ ...line, color: cloudwatch.Color.GREY }));
  const make = (width: number): cloudwatch.IWidget =>
    new cloudwatch.GraphWidget({
      title,
      width,
      height: HEIGHT,
      left: [...metrics],
      leftYAxis: { min: 0, showUnits: false },
      leftAnnotations,
    });
  return { share: 1, make };
}

/** Metrics as numbers: the newest, or one of the whole range that the page shows. */
export function numbers(
  title: string,
  metrics: readonly cloudwatch.IMetric[],
  options: Pick<cloudwatch.SingleValueWidgetProps, 'sparkline' | 'setPeriodToTimeRange'>,
): Sized {
  const shown = { title, height: HEIGHT, metrics: [...metrics], ...options };
  return { share: 1, make: (width) => new cloudwatch.SingleValueWidget({ ...shown, width }) };
}

/** The answer to one of the saved queries. */
export function table(name: LogQueryName, { logGroupName }: logs.ILogGroup): Sized {
  const make = (width: number): cloudwatch.IWidget =>
    new cloudwatch.LogQueryWidget({
      title: LOG_QUERIES[name].name,
      width,
      height: HEIGHT,
      logGroupNames: [logGroupName],
      queryLines: [...LOG_QUERIES[name].commands],
      view: cloudwatch.LogQueryVisualizationType.TABLE,
    });
  return { share: TABLE_SHARE, make };
}
