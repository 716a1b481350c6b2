import type { Command } from 'commander';
import type { Account } from './account';
import { DEFAULT_STACK, type AccountOptions, type Surroundings } from './account-clients';
import type { Terminal } from './terminal';

/** What a command on a real account is given beside its own options. */
export interface AccountCommand {
  readonly terminal: Terminal;
  readonly surroundings: Surroundings;
}

/** What every command on an account says of its credentials, for the end of its help. */
export const CREDENTIALS_HELP = `
Credentials come from the ordinary chain of AWS (environment, profile, SSO, instance role); the
Region from --region, AWS_REGION or the profile. The table's name is read from the outputs of the
stack. docs/cli.md has the IAM policy that each command needs.
`;

/** What every command on an account answers to the shell. */
export const EXIT_HELP = `
Exit code: 0 (also when there was nothing to change), 1 when AWS or the state of the account does
not allow it (the message says what is missing), 2 for a command line that is not understood.
`;

/** Adds the options that say which account is meant. */
export function withAccountOptions(command: Command): Command {
  return command
    .option('--profile <NAME>', 'a profile of ~/.aws/config (default: AWS_PROFILE)')
    .option('--region <REGION>', "the Region (default: AWS_REGION, or the profile's)")
    .option('--stack <NAME>', `the CloudFormation stack (default: ${DEFAULT_STACK})`)
    .option('--table <NAME>', "the incident table (default: what the stack's outputs say)");
}

/** Connects to the account that the options mean. */
export async function accountOf(
  { profile, region, stack, table }: AccountOptions,
  { surroundings }: AccountCommand,
): Promise<Account> {
  // Late: it brings AWS's clients, which the other commands need not wait for.
  const { connect } = await import('./account');
  return connect({ profile, region, stack, table }, surroundings);
}

/** A word as it may be pasted into a shell. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** A command line of ours on the same account, to be pasted. */
export function commandLine(words: readonly string[], options: AccountOptions): string {
  const flags = (['profile', 'region', 'stack', 'table'] as const).flatMap((name) => {
    const value = options[name];
    return value === undefined ? [] : [`--${name}`, value];
  });
  return ['watchdog', ...words, ...flags].map(quoted).join(' ');
}

/** A command line of AWS's own tool on the same account. */
export function awsLine(words: readonly string[], { profile, region }: AccountOptions): string {
  const flags = [
    ...(profile === undefined ? [] : ['--profile', profile]),
    ...(region === undefined ? [] : ['--region', region]),
  ];
  return ['aws', ...words, ...flags].map(quoted).join(' ');
}
