import { judgeRound, type FuzzBreach } from './judge';
import { playRound, type Round, type RoundOptions } from './round';

/** A failing round with as few records as still make it fail in the same way. */
export interface Shrunk {
  readonly breach: FuzzBreach;
  readonly round: Round;
}

/** Playing costs a third of a second: what is left then must do. */
const MOST_PLAYS = 120;

type Place = readonly [batch: number, index: number];

/** All that was given, as places; -1 is what the function was invoked with beside the batch. */
function placesOf({ handled }: Round): readonly Place[] {
  return handled.flatMap(({ forged, odd }, batch) => [
    ...forged.map((_, index): Place => [batch, index]),
    ...odd.map((): Place => [batch, -1]),
  ]);
}

/** Takes records away, half of them at first and in the end one by one, as long as it fails. */
export async function shrink(failed: Round, options: RoundOptions): Promise<Shrunk> {
  const [breach] = judgeRound(failed);
  if (breach === undefined) throw new Error('Nothing was wrong with that round.');
  let round = failed;
  let left = placesOf(failed);
  let size = Math.ceil(left.length / 2);
  let from = 0;
  for (let plays = 0; plays < MOST_PLAYS; plays += 1) {
    if (from >= left.length) {
      if (size <= 1) break;
      [size, from] = [Math.ceil(size / 2), 0];
    }
    const fewer = [...left.slice(0, from), ...left.slice(from + size)];
    const still = await played(fewer, { options, rule: breach.rule });
    if (still === undefined) from += size;
    else [round, left] = [still, fewer];
  }
  return { breach, round };
}

/** The round with these records only, if it fails in the same way. */
async function played(
  places: readonly Place[],
  { options, rule }: { readonly options: RoundOptions; readonly rule: FuzzBreach['rule'] },
): Promise<Round | undefined> {
  const kept = new Set(places.map(String));
  const choice = (batch: number, index: number): boolean => kept.has(String([batch, index]));
  const round = await playRound({ ...options, choice });
  return judgeRound(round).some((breach) => breach.rule === rule) ? round : undefined;
}
