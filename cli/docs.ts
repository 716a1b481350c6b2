import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runDrill } from '../sim/drills/index';
import { idleUsage } from '../sim/idle-usage';
import { billedParts, monthlyCost } from './cost';
import { writeCliPage } from './cli-page';
import { writeGuardsPage } from './guards-page';
import { writeLoadPage } from './load-page';
import { writeMessagesPage } from './messages-page';
import { writeObservability } from './observability-page';
import { fillBlocks, readmeBlocks } from './readme-blocks';
import { writeReportsPage } from './reports-page';

/** README shows the runs of this seed. */
const SEED = 1;
const FLEETS = [1, 100, 1_000];

const README = join(__dirname, '..', 'README.md');

/** README.md with its generated blocks made anew. */
export async function freshReadme(): Promise<string> {
  const pod23 = await runDrill('pod-23', { seed: SEED });
  const kms = await runDrill('kms-grant-missing', { seed: SEED });
  const parts = billedParts();
  const costs = [];
  for (const instances of FLEETS) {
    costs.push({ instances, lines: monthlyCost(await idleUsage(instances, SEED), parts) });
  }
  const blocks = readmeBlocks({ pod23, kms, costs });
  return fillBlocks(readFileSync(README, 'utf8'), blocks);
}

/** What `npm run docs` does. */
export async function writeDocs(): Promise<void> {
  writeGuardsPage();
  writeLoadPage();
  await writeCliPage();
  await writeMessagesPage();
  await writeObservability();
  await writeReportsPage();
  writeFileSync(README, await freshReadme());
}

if (require.main === module) void writeDocs();
