/** A document of Systems Manager with its parameters. */
export interface SentCommand {
  readonly document: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** A command of Systems Manager changed its status on an instance. */
export interface CommandFact {
  readonly kind: 'command';
  readonly commandId: string;
  readonly document: string;
  readonly instanceId: string;
  /** CommandInvocation.Status and .StatusDetails, which tells how a command timed out or failed. */
  readonly status: string;
  readonly details: string;
}
