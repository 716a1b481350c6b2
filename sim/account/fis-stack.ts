import { Deployment, type Template } from './template';

/** CDK's weak reference to another stack: CloudFormation reads it when it deploys. */
interface StackOutput {
  readonly 'Fn::GetStackOutput': { readonly OutputName: string };
}

const isStackOutput = (value: unknown): value is StackOutput =>
  typeof value === 'object' && value !== null && 'Fn::GetStackOutput' in value;

/** The stack of game days, which names the watchdog's own role and alarm; undefined: none. */
export function gameDayDeployment(
  template: object | undefined,
  watchdog: Deployment,
): Deployment | undefined {
  if (template === undefined) return undefined;
  const outputs = watchdog.outputs();
  const text = JSON.stringify(template, (_key, value: unknown) =>
    isStackOutput(value) ? outputs[value['Fn::GetStackOutput'].OutputName] : value,
  );
  return new Deployment(
    JSON.parse(text) as Template,
    watchdog.home,
    `${watchdog.stackName}GameDays`,
  );
}
