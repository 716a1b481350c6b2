import { App } from 'aws-cdk-lib';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PolicyInput } from '../lambda/core/policy';
import { CONTEXT_KEY } from './config';
import { GameDayStack } from './game-day-stack';
import type { GameDayConfigInput } from './game-day-config';
import type { WatchdogConfigInput } from './watchdog-config';
import { WatchdogStack } from './watchdog-stack';

/** What `cdk.json` gives every app: feature flags, and the watchdog's configuration. */
export function checkedInContext(): Readonly<Record<string, unknown>> {
  const file = join(__dirname, '..', 'cdk.json');
  const { context } = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly context: Readonly<Record<string, unknown>>;
  };
  return context;
}

function contextWith(
  policies: Readonly<Record<string, PolicyInput>> | undefined,
  more: MoreConfig,
): Readonly<Record<string, unknown>> {
  const context = checkedInContext();
  const config = context[CONTEXT_KEY] as object;
  return { ...context, [CONTEXT_KEY]: { ...config, ...(policies && { policies }), ...more } };
}

/** Fields of the configuration beside the policies. */
export type MoreConfig = Readonly<Partial<Omit<WatchdogConfigInput, 'policies'>>>;

/**
 * The CloudFormation template that `cdk synth` makes of the checked-in configuration, but for the
 * code, which is not bundled. `policies` replaces the configured ones, `more` other fields. Needs
 * neither credentials nor a network; takes about a second.
 */
export function synthesizeTemplate(
  policies?: Readonly<Record<string, PolicyInput>>,
  more: MoreConfig = {},
): object {
  return synthesize(contextWith(policies, more)).watchdog;
}

/** The templates of the watchdog and of its game days, as one app makes them. */
export interface WithGameDays {
  readonly watchdog: object;
  readonly gameDays: object;
}

/** The same with the stack of game days beside it. */
export function synthesizeGameDays(
  gameDays: GameDayConfigInput,
  policies?: Readonly<Record<string, PolicyInput>>,
): WithGameDays {
  const made = synthesize(contextWith(policies, {}), gameDays);
  return { watchdog: made.watchdog, gameDays: made.gameDays ?? {} };
}

function synthesize(
  context: Readonly<Record<string, unknown>>,
  gameDays?: GameDayConfigInput,
): { readonly watchdog: object; readonly gameDays: object | undefined } {
  const outdir = mkdtempSync(join(tmpdir(), 'watchdog-synth-'));
  try {
    const app = new App({
      outdir,
      analyticsReporting: false,
      // `cdk synth` validates and warns; here it would only take time and print.
      builtinCloudFormationValidation: false,
      context: {
        ...context,
        'aws:cdk:bundling-stacks': [],
        '@aws-cdk/core:annotationsInValidationReport': false,
      },
    });
    const { stackName, watchdog } = new WatchdogStack(app, 'LiveChatWatchdog');
    const second =
      gameDays && new GameDayStack(app, `${stackName}GameDays`, { watchdog, gameDays });
    const made = app.synth();
    return {
      watchdog: made.getStackByName(stackName).template as object,
      gameDays: second && (made.getStackByName(second.stackName).template as object),
    };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
