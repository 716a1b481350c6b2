import type { Load } from '../sim/load/load';
import { loadText } from './load-text';
import type { PlayedHere } from './played-load';
import type { Terminal } from './terminal';
import { UsageError } from './usage-error';

/** Plays one load, or all of them, or lists them; answers the exit code. */
export async function playLoads(
  name: string,
  { from: seed, json }: { readonly from: number; readonly json?: true },
  terminal: Terminal,
): Promise<number> {
  const { LOADS } = await import('../sim/load/index');
  if (name === 'list') {
    terminal.out(
      json === true
        ? JSON.stringify(LOADS.map((load) => ({ name: load.name, title: load.title })))
        : LOADS.map((load) => `${terminal.colors.bold(load.name)}  ${load.title}`).join('\n'),
    );
    return 0;
  }
  const loads = LOADS.filter((load) => name === 'all' || load.name === name);
  if (loads.length === 0) throw unknownLoad(name, LOADS);
  const played: PlayedHere[] = [];
  for (const load of loads) {
    if (loads.length > 1) terminal.err(`${load.name}: ${load.title}`);
    played.push(await playHere(load, seed));
  }
  terminal.out(json === true ? JSON.stringify(played) : loadText(played, terminal.colors));
  return played.every(({ passed }) => passed) ? 0 : 1;
}

const unknownLoad = (name: string, known: readonly Load[]): UsageError =>
  new UsageError({
    what: 'The load',
    actual: JSON.stringify(name),
    allowed: `all, list, or one of ${known.map((load) => load.name).join(', ')}`,
    fix: 'Correct it; `watchdog simulate --load list` tells what each of them is.',
  });

const processorSeconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000_000;
};

async function playHere(load: Load, seed: number): Promise<PlayedHere> {
  const { playLoad } = await import('../sim/load/index');
  let [began, ended] = [0, 0];
  const result = await playLoad(load, {
    seed,
    onStory: () => (began = processorSeconds()),
    onPlayed: () => (ended = processorSeconds()),
  });
  return { ...result, processorS: Math.round((ended - began) * 10) / 10 };
}
