import { isObject, UnsimulatedTemplateError, type Deployment, type Json } from './template';

/** The condition keys of one request; a key that is absent does not exist in the request. */
export type ConditionContext = Readonly<Record<string, string | readonly string[]>>;

/** One action on one resource. */
export interface AccessRequest {
  readonly action: string;
  readonly resource: string;
  readonly context: ConditionContext;
}

/** What IAM answers. */
export type Verdict = 'allowed' | 'denied' | 'not-allowed';

type Test = (request: AccessRequest) => boolean;

interface Statement {
  readonly allow: boolean;
  readonly principals: readonly string[];
  readonly action: Test;
  readonly resource: Test;
  readonly condition: Test;
}

const list = (value: Json | undefined): readonly string[] =>
  value === undefined ? [] : Array.isArray(value) ? value.map(String) : [String(value)];

/** A pattern with `*` and `?` as a test. */
function glob(pattern: string, ignoreCase = false): (text: string) => boolean {
  if (pattern === '*') return () => true;
  if (pattern.includes('${')) {
    throw new UnsimulatedTemplateError(`Policy variable in "${pattern}" is not simulated`);
  }
  const escaped = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  const expression = new RegExp(`^${escaped}$`, ignoreCase ? 'i' : '');
  return (text) => expression.test(text);
}

const anyGlob = (patterns: readonly string[], ignoreCase = false): ((text: string) => boolean) => {
  const tests = patterns.map((pattern) => glob(pattern, ignoreCase));
  return (text) => tests.some((test) => test(text));
};

type Matcher = (patterns: readonly string[]) => (value: string) => boolean;

const exactly: Matcher = (patterns) => (value) => patterns.includes(value);

const inAnyCase: Matcher = (patterns) => {
  const wanted = patterns.map((pattern) => pattern.toLowerCase());
  return (value) => wanted.includes(value.toLowerCase());
};

/** The five parts before an ARN's last, and the last, which may have colons of its own. */
function arnParts(arn: string): readonly string[] {
  const parts = arn.split(':');
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
}

/**
 * Each of an ARN's six parts is compared by itself: a wildcard never reaches across a colon.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
const byArnParts: Matcher = (patterns) => {
  const wanted = patterns.map((pattern) => arnParts(pattern).map((part) => glob(part)));
  return (value) => {
    const parts = arnParts(value);
    return wanted.some(
      (tests) => tests.length === parts.length && tests.every((test, at) => test(parts[at]!)),
    );
  };
};

/** The operators that are simulated; a policy with another one is refused when it is loaded. */
const MATCHERS: Readonly<Record<string, { readonly match: Matcher; readonly negated: boolean }>> = {
  StringEquals: { match: exactly, negated: false },
  StringNotEquals: { match: exactly, negated: true },
  StringEqualsIgnoreCase: { match: inAnyCase, negated: false },
  StringNotEqualsIgnoreCase: { match: inAnyCase, negated: true },
  StringLike: { match: (patterns) => anyGlob(patterns), negated: false },
  StringNotLike: { match: (patterns) => anyGlob(patterns), negated: true },
  // The two pairs behave identically.
  ArnEquals: { match: byArnParts, negated: false },
  ArnLike: { match: byArnParts, negated: false },
  ArnNotEquals: { match: byArnParts, negated: true },
  ArnNotLike: { match: byArnParts, negated: true },
  Bool: { match: inAnyCase, negated: false },
};

/**
 * The values of a key; a list without any is the same as no key. Condition keys are not sensitive
 * to case, but for the part that names a tag.
 */
function contextValue(context: ConditionContext, key: string): readonly string[] | undefined {
  const found = Object.entries(context).find(([name]) => sameKey(name, key))?.[1];
  if (found === undefined || found.length === 0)
    return typeof found === 'string' ? [''] : undefined;
  return typeof found === 'string' ? [found] : found;
}

function sameKey(name: string, key: string): boolean {
  const [service, ...tag] = name.split('/');
  const [wantedService, ...wantedTag] = key.split('/');
  return (
    service!.toLowerCase() === wantedService!.toLowerCase() && tag.join('/') === wantedTag.join('/')
  );
}

function compileTest(operator: string, key: string, patterns: readonly string[]): Test {
  if (operator === 'Null') {
    const wanted = inAnyCase(patterns);
    return ({ context }) => wanted(String(contextValue(context, key) === undefined));
  }
  const [quantifier, rest] = operator.includes(':') ? operator.split(':') : ['', operator];
  const ifExists = rest!.endsWith('IfExists');
  const matcher = MATCHERS[ifExists ? rest!.slice(0, -'IfExists'.length) : rest!];
  if (matcher === undefined || !['', 'ForAllValues', 'ForAnyValue'].includes(quantifier!)) {
    throw new UnsimulatedTemplateError(`Condition operator "${operator}" is not simulated`);
  }
  const match = matcher.match(patterns);
  const holds = (value: string): boolean => match(value) !== matcher.negated;
  return ({ context }) => {
    const values = contextValue(context, key);
    if (quantifier === 'ForAllValues') return values === undefined || values.every(holds);
    if (quantifier === 'ForAnyValue') return values === undefined ? ifExists : values.some(holds);
    if (values === undefined) return ifExists || matcher.negated;
    if (values.length > 1)
      throw new Error(`${key} has many values: ${operator} needs a quantifier`);
    return values.every(holds);
  };
}

function compileCondition(condition: Json | undefined): Test {
  if (condition === undefined) return () => true;
  const tests = Object.entries(condition as Record<string, Record<string, Json>>).flatMap(
    ([operator, keys]) =>
      Object.entries(keys).map(([key, patterns]) => compileTest(operator, key, list(patterns))),
  );
  return (request) => tests.every((test) => test(request));
}

function principalsOf(principal: Json | undefined): readonly string[] {
  if (principal === undefined) return [];
  return isObject(principal) ? Object.values(principal).flatMap((value) => list(value)) : ['*'];
}

const STATEMENT_KEYS = ['Sid', 'Effect', 'Action', 'Resource', 'Condition', 'Principal'];

function compileStatement(raw: { readonly [key: string]: Json | undefined }): Statement {
  const unknown = Object.keys(raw).find((key) => !STATEMENT_KEYS.includes(key));
  if (unknown !== undefined) {
    throw new UnsimulatedTemplateError(`Policy element "${unknown}" is not simulated`);
  }
  const action = anyGlob(list(raw['Action']), true);
  const resource = anyGlob(list(raw['Resource']));
  return {
    allow: raw['Effect'] === 'Allow',
    principals: principalsOf(raw['Principal']),
    action: (request) => action(request.action),
    resource: (request) => resource(request.resource),
    condition: compileCondition(raw['Condition']),
  };
}

function compileDocument(document: Json | undefined): readonly Statement[] {
  const statements = isObject(document) ? document['Statement'] : undefined;
  const raw = Array.isArray(statements) ? (statements as readonly Json[]) : [statements];
  return raw.map((statement) => {
    if (!isObject(statement)) throw new UnsimulatedTemplateError('A policy without statements');
    return compileStatement(statement);
  });
}

function judge(statements: readonly Statement[], request: AccessRequest): Verdict {
  let verdict: Verdict = 'not-allowed';
  for (const { allow, action, resource, condition } of statements) {
    if (!action(request) || !resource(request) || !condition(request)) continue;
    if (!allow) return 'denied';
    verdict = 'allowed';
  }
  return verdict;
}

/** Managed policies of AWS that grant nothing but writing logs, which is not simulated. */
const LOGS_ONLY = /:policy\/service-role\/AWSLambdaBasicExecutionRole$/;

/** All that a role of the template may do. */
export class RolePolicy {
  readonly #statements: readonly Statement[];

  constructor(deployment: Deployment, roleArn: string) {
    const role = deployment.byArn('AWS::IAM::Role', roleArn);
    if (role === undefined) throw new UnsimulatedTemplateError(`No role ${roleArn}`);
    const managed = list(role.properties['ManagedPolicyArns']).find((arn) => !LOGS_ONLY.test(arn));
    if (managed !== undefined) {
      throw new UnsimulatedTemplateError(`Managed policy ${managed} is not simulated`);
    }
    const inline = (role.properties['Policies'] ?? []) as readonly Json[];
    const attached = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy']
      .flatMap((type) => deployment.all(type))
      .filter((policy) => list(policy.properties['Roles']).includes(nameOf(roleArn)));
    this.#statements = [
      ...inline.map((policy) => (isObject(policy) ? policy['PolicyDocument'] : undefined)),
      ...attached.map((policy) => policy.properties['PolicyDocument']),
    ].flatMap((document) => compileDocument(document));
  }

  /** IAM's verdict on one request of the role. */
  judge(request: AccessRequest): Verdict {
    return judge(this.#statements, request);
  }
}

/** What one identity policy grants, given as a document: that of a person, say. */
export class StatedPolicy {
  readonly #statements: readonly Statement[];

  constructor(document: Json) {
    this.#statements = compileDocument(document);
  }

  /** IAM's verdict on one request. */
  judge(request: AccessRequest): Verdict {
    return judge(this.#statements, request);
  }
}

const nameOf = (roleArn: string): string => roleArn.slice(roleArn.indexOf('/') + 1);

/** A queue's or topic's own policy, asked for an AWS service as the caller. */
export class ResourcePolicy {
  readonly #statements: readonly Statement[];

  constructor(documents: readonly (Json | undefined)[]) {
    this.#statements = documents.flatMap((document) => compileDocument(document));
  }

  /** Whether the service (`events.amazonaws.com`, say) may do it. */
  allows(service: string, request: AccessRequest): boolean {
    const concerned = this.#statements.filter(
      ({ principals }) => principals.includes('*') || principals.includes(service),
    );
    return judge(concerned, request) === 'allowed';
  }
}
