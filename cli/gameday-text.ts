import { spanText } from '../report/span-text';
import type { GoalCheck, Judgement } from './gameday-judge';

const WORDS: Readonly<Record<GoalCheck['result'], string>> = {
  met: 'ok     ',
  missed: 'MISSED ',
  open: 'not yet',
};

const VERDICTS: Readonly<Record<Judgement['verdict'], string>> = {
  pass: 'PASS',
  fail: 'FAIL',
  open: 'NOT OVER',
};

/** The verdict as one word for people. */
export const verdictText = ({ verdict }: Judgement): string => VERDICTS[verdict];

function checkText({ goal, result, limitS, measuredS, text }: GoalCheck): string {
  const times = [
    ...(measuredS === null ? [] : [spanText(measuredS)]),
    ...(limitS === null ? [] : [`at most ${spanText(limitS)}`]),
  ].join(', ');
  return `${WORDS[result]} ${goal}: ${times === '' ? text : `${times} (${text})`}`;
}

/** Every goal with its time, and why it failed where it did, a line each. */
export const judgementLines = ({ checks, why }: Judgement): readonly string[] => [
  ...checks.map(checkText),
  ...why.map((one) => `why     ${one}`),
];
