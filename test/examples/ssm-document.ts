import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsers } from 'prettier/plugins/yaml';

const FOLDER = join(__dirname, '..', '..', 'examples', 'livechat', 'ssm');

/** A parameter as a document declares it. */
export interface Declared {
  readonly type: string;
  readonly allowedPattern?: string;
  readonly default?: string;
}

/** What the tests look at in a document of Systems Manager. */
export interface Document {
  readonly schemaVersion: string;
  readonly parameters?: Readonly<Record<string, Declared>>;
  readonly mainSteps: readonly {
    readonly action: string;
    readonly inputs: { readonly timeoutSeconds: string; readonly runCommand: readonly string[] };
  }[];
}

interface Node {
  readonly type: string;
  readonly value?: string;
  readonly children?: readonly (Node | null)[];
}

const childrenOf = ({ children = [] }: Node): readonly Node[] =>
  children.filter((child) => child !== null);

/** The value of a node of the tree that the formatter makes of YAML; all scalars stay texts. */
function valueOf(node: Node): unknown {
  const inner = childrenOf(node);
  switch (node.type) {
    case 'mapping':
      return Object.fromEntries(
        inner.map((item) => childrenOf(item).map((side) => valueOf(side)) as [string, unknown]),
      );
    case 'sequence':
      return inner.map((item) => valueOf(item));
    case 'plain':
    case 'quoteSingle':
    case 'quoteDouble':
    case 'blockLiteral':
    case 'blockFolded':
      return node.value;
    default:
      return inner.map((child) => valueOf(child)).find((value) => value !== undefined);
  }
}

/** The document of this name in examples/livechat/ssm. */
export function documentOf(name: string): Document {
  const text = readFileSync(join(FOLDER, `${name}.yaml`), 'utf8');
  // The formatter's own reader, as it looks at these files in `npm run format` too.
  return valueOf(parsers.yaml.parse(text, {} as never) as Node) as Document;
}

/** Its script as the agent runs it: each parameter put in as it is, as Systems Manager does. */
export function scriptOf(
  { mainSteps }: Document,
  parameters: Readonly<Record<string, string>>,
): string {
  return mainSteps
    .flatMap(({ inputs }) => inputs.runCommand)
    .join('\n')
    .replace(/\{\{ *(\w+) *\}\}/g, (_, name: string) => {
      const value = parameters[name];
      if (value === undefined) throw new Error(`the script names ${name}, which has no value`);
      return value;
    });
}

/** Why Systems Manager would refuse these parameters (InvalidParameters); empty if it would not. */
export function refusalsOf(
  { parameters = {} }: Document,
  sent: Readonly<Record<string, readonly string[]>>,
): readonly string[] {
  const undeclared = Object.keys(sent).filter((name) => !Object.hasOwn(parameters, name));
  return [
    ...undeclared.map((name) => `${name} is not declared`),
    ...Object.entries(parameters).flatMap(([name, declared]) => {
      const values =
        sent[name] ?? (declared.default === undefined ? undefined : [declared.default]);
      if (values === undefined) return [`${name} is missing`];
      const pattern = new RegExp(declared.allowedPattern ?? '');
      return values.every((value) => pattern.test(value)) ? [] : [`${name} is not allowed`];
    }),
  ];
}
