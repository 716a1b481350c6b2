import { runScenario, scenariosOf } from '../sim/accuracy';
import type { AccuracyJob } from './accuracy';
import { doJobs } from './pool';

// A process of `watchdog accuracy`: plays the scenarios that its parent sends.
doJobs(async ({ scenario, seed }: AccuracyJob) => {
  const [found] = scenariosOf(scenario);
  if (found === undefined) throw new Error(`No scenario is called ${scenario}`);
  return runScenario(found, { seed });
});
