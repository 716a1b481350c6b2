import { runScenario, scenariosOf } from '../sim/accuracy';
import type { Answer, Order } from './accuracy-pool';

/** Plays what its parent sends, one after the other; see accuracy-pool.ts. */
async function answerTo({ scenario, seed, index }: Order): Promise<Answer> {
  try {
    const [found] = scenariosOf(scenario);
    if (found === undefined) throw new Error(`No scenario is called ${scenario}`);
    return { kind: 'played', index, run: await runScenario(found, { seed }) };
  } catch (error) {
    const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { kind: 'failed', index, error: `${scenario}, seed ${seed}: ${told}` };
  }
}

process.on('message', (order: Order) => {
  // The parent may have given up meanwhile.
  void answerTo(order).then((answer) => process.connected && process.send?.(answer));
});
