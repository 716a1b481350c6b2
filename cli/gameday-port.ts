import type { Instant } from '../lambda/core/time';

/** The template of an experiment that is deployed. */
export interface DeployedExperiment {
  readonly templateId: string;
  readonly name: string;
  /** What it does, shows and cannot show. */
  readonly description: string;
}

/** How far an experiment is. */
export type RunState = 'under-way' | 'completed' | 'stopped';

/** An experiment that was started. */
export interface StartedExperiment {
  readonly id: string;
  readonly name: string;
  /** Undefined where somebody started it past the command line. */
  readonly instanceId: string | undefined;
  readonly state: RunState;
  /** FIS's own words: the state, and why. */
  readonly stateText: string;
  readonly startedAt: Instant;
  readonly roleArn: string;
  /** When each of its actions began and ended. */
  readonly actions: Readonly<Record<string, ActionTimes>>;
}

/** When an action began and ended, as far as it did. */
export interface ActionTimes {
  readonly from: Instant | undefined;
  readonly to: Instant | undefined;
}

/** Game days on the account. Every call throws an AccountError. */
export interface GameDays {
  /** The templates of experiments that are deployed, by name. */
  experimentTemplates(): Promise<readonly DeployedExperiment[]>;
  /** As whom FIS acts in experiments of this template. */
  experimentRole(templateId: string): Promise<string>;
  /** The experiments of a template, the newest first. */
  experimentsOf(template: DeployedExperiment): Promise<readonly StartedExperiment[]>;
  readExperiment(id: string): Promise<StartedExperiment | undefined>;
  /** Starts one; the same token starts no second one. */
  startExperiment(start: ExperimentStart): Promise<StartedExperiment>;
  /** The volumes of an instance whose owners consent to game days. */
  consentedVolumes(instanceId: string): Promise<readonly string[]>;
  /** Writes tags on an instance or a volume. */
  mark(resourceId: string, tags: Readonly<Record<string, string>>): Promise<void>;
  /** Removes tags of an instance or a volume. */
  unmark(resourceId: string, keys: readonly string[]): Promise<void>;
  /** Tells those who are subscribed to the outcomes of game days. */
  postOutcome(subject: string, message: string): Promise<void>;
}

/** What a new experiment is. */
export interface ExperimentStart {
  readonly template: DeployedExperiment;
  readonly instanceId: string;
  readonly token: string;
}
