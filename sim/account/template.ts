import type { Home } from '../../lambda/core/signals/signal';

/** Any value that a template holds. */
export type Json =
  string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined };

/** One resource of a CloudFormation template. */
export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: { readonly [key: string]: Json | undefined };
}

/** A synthesized CloudFormation template, as far as the simulator reads it. */
export interface Template {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value?: Json }>>;
}

/** A resource whose properties are resolved. */
export interface Resource {
  readonly logicalId: string;
  readonly type: string;
  readonly arn: string;
  readonly properties: Readonly<Record<string, Json | undefined>>;
}

/** The template asks for something that the simulated account does not do. */
export class UnsimulatedTemplateError extends Error {
  override readonly name = 'UnsimulatedTemplateError';
}

/** True for a JSON object. */
export function isObject(
  value: Json | undefined,
): value is { readonly [key: string]: Json | undefined } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

interface Naming {
  /** The property that names the resource, where the template sets one. */
  readonly nameProperty?: string;
  /** What stands before the name in the ARN, from `service:region:account:` on. */
  readonly arn: (name: string, home: Home) => string;
  readonly ref: 'name' | 'arn' | 'url';
}

const regional =
  (service: string, prefix = '') =>
  (name: string, home: Home): string =>
    `arn:aws:${service}:${home.region}:${home.accountId}:${prefix}${name}`;

/** How CloudFormation names what it makes; a type that is missing here can only be ignored. */
const NAMING: Readonly<Record<string, Naming>> = {
  'AWS::SQS::Queue': { nameProperty: 'QueueName', arn: regional('sqs'), ref: 'url' },
  'AWS::SNS::Topic': { nameProperty: 'TopicName', arn: regional('sns'), ref: 'arn' },
  'AWS::DynamoDB::Table': {
    nameProperty: 'TableName',
    arn: regional('dynamodb', 'table/'),
    ref: 'name',
  },
  'AWS::Lambda::Function': {
    nameProperty: 'FunctionName',
    arn: regional('lambda', 'function:'),
    ref: 'name',
  },
  'AWS::IAM::Role': {
    nameProperty: 'RoleName',
    arn: (name, home) => `arn:aws:iam::${home.accountId}:role/${name}`,
    ref: 'name',
  },
  'AWS::Events::Rule': { nameProperty: 'Name', arn: regional('events', 'rule/'), ref: 'name' },
  'AWS::Scheduler::Schedule': {
    nameProperty: 'Name',
    arn: regional('scheduler', 'schedule/default/'),
    ref: 'name',
  },
  'AWS::Scheduler::ScheduleGroup': {
    nameProperty: 'Name',
    arn: regional('scheduler', 'schedule-group/'),
    ref: 'name',
  },
  'AWS::Logs::LogGroup': {
    nameProperty: 'LogGroupName',
    arn: (name, home) => `${regional('logs', 'log-group:')(name, home)}:*`,
    ref: 'name',
  },
  'AWS::CloudWatch::Alarm': {
    nameProperty: 'AlarmName',
    arn: regional('cloudwatch', 'alarm:'),
    ref: 'name',
  },
  'AWS::FIS::ExperimentTemplate': { arn: regional('fis', 'experiment-template/'), ref: 'name' },
  'AWS::KMS::Key': { arn: regional('kms', 'key/'), ref: 'name' },
  'AWS::EC2::ApplicationStatusCheck': {
    arn: regional('ec2', 'application-status-check/'),
    ref: 'name',
  },
};

/** A template put into the simulated account: names, ARNs and resolved properties. */
export class Deployment {
  readonly home: Home;
  readonly #template: Template;
  readonly #stackName: string;

  constructor(template: Template, home: Home, stackName = 'Watchdog') {
    this.#template = template;
    this.home = home;
    this.#stackName = stackName;
  }

  /** The stack's name. */
  get stackName(): string {
    return this.#stackName;
  }

  /** The stack's ARN. */
  get stackId(): string {
    return this.#ref('AWS::StackId');
  }

  /** The stack's outputs by key. */
  outputs(): Readonly<Record<string, string>> {
    const outputs = Object.entries(this.#template.Outputs ?? {});
    return Object.fromEntries(
      outputs.map(([key, { Value }]) => [key, String(this.resolve(Value))]),
    );
  }

  /** The template as CloudFormation gives it back. */
  templateBody(): string {
    return JSON.stringify(this.#template);
  }

  /** Every resource of the type, in the template's order, resolved. */
  all(type: string): readonly Resource[] {
    return Object.entries(this.#template.Resources)
      .filter(([, resource]) => resource.Type === type)
      .map(([logicalId]) => this.#resource(logicalId));
  }

  /** The one resource of the type with this ARN. */
  byArn(type: string, arn: string): Resource | undefined {
    return this.all(type).find((resource) => resource.arn === arn);
  }

  /** The URL of a queue, as Ref gives it. */
  queueUrl(logicalId: string): string {
    const { region, accountId } = this.home;
    return `https://sqs.${region}.amazonaws.com/${accountId}/${this.#name(logicalId)}`;
  }

  /** The physical name of a resource. */
  nameOf(logicalId: string): string {
    return this.#name(logicalId);
  }

  /** The value with every intrinsic function replaced by what it stands for. */
  resolve(value: Json | undefined): Json | undefined {
    if (Array.isArray(value)) {
      return (value as readonly Json[]).map((item) => this.resolve(item) ?? null);
    }
    if (!isObject(value)) return value;
    const [key, ...more] = Object.keys(value);
    if (key !== undefined && more.length === 0 && (key === 'Ref' || key.startsWith('Fn::'))) {
      return this.#intrinsic(key, value[key]);
    }
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [name, this.resolve(item)]),
    );
  }

  #resource(logicalId: string): Resource {
    const resource = this.#template.Resources[logicalId]!;
    const properties = this.resolve(resource.Properties ?? {}) as Resource['properties'];
    const arn = NAMING[resource.Type] === undefined ? logicalId : this.#arn(logicalId);
    return { logicalId, type: resource.Type, arn, properties };
  }

  #intrinsic(key: string, argument: Json | undefined): Json {
    switch (key) {
      case 'Ref':
        return this.#ref(String(argument));
      case 'Fn::GetAtt':
        return this.#attribute(argument);
      case 'Fn::Join':
        return this.#join(argument);
      case 'Fn::Sub':
        return this.#substitute(argument);
      case 'Fn::Select': {
        const [index, list] = this.resolve(argument) as readonly [Json, readonly Json[]];
        return list[Number(index)] ?? '';
      }
      case 'Fn::Split': {
        const [separator, text] = this.resolve(argument) as readonly [string, string];
        return text.split(separator);
      }
      default:
        throw new UnsimulatedTemplateError(`Intrinsic function ${key} is not simulated`);
    }
  }

  #join(argument: Json | undefined): string {
    const [separator, parts] = this.resolve(argument) as readonly [string, readonly Json[]];
    return parts.map(String).join(separator);
  }

  #substitute(argument: Json | undefined): string {
    const [text, variables] = Array.isArray(argument)
      ? (argument as unknown as readonly [string, { readonly [key: string]: Json }])
      : [String(argument), {}];
    return text.replace(/\$\{([^}!]+)\}/g, (_all, name: string) => {
      if (Object.hasOwn(variables, name)) return String(this.resolve(variables[name]));
      return name.includes('.') ? this.#attribute(name.split('.')) : this.#ref(name);
    });
  }

  #ref(name: string): string {
    const pseudo = this.#pseudo(name);
    if (pseudo !== undefined) return pseudo;
    const type = this.#template.Resources[name]?.Type;
    if (type === undefined) throw new UnsimulatedTemplateError(`Ref to unknown "${name}"`);
    const naming = NAMING[type];
    if (naming?.ref === 'arn') return this.#arn(name);
    return naming?.ref === 'url' ? this.queueUrl(name) : this.#name(name);
  }

  #pseudo(name: string): string | undefined {
    const { accountId, region } = this.home;
    const stack = this.#stackName;
    const values: Readonly<Record<string, string>> = {
      'AWS::AccountId': accountId,
      'AWS::Region': region,
      'AWS::Partition': 'aws',
      'AWS::URLSuffix': 'amazonaws.com',
      'AWS::StackName': stack,
      'AWS::StackId': `arn:aws:cloudformation:${region}:${accountId}:stack/${stack}/0`,
    };
    return values[name];
  }

  #attribute(argument: Json | undefined): string {
    const [logicalId, attribute] = argument as readonly [string, string];
    const type = this.#template.Resources[logicalId]?.Type;
    if (type === undefined) throw new UnsimulatedTemplateError(`GetAtt of unknown "${logicalId}"`);
    switch (attribute) {
      case 'Arn':
      case 'TopicArn':
        return this.#arn(logicalId);
      case 'QueueUrl':
        return this.queueUrl(logicalId);
      case 'QueueName':
      case 'TopicName':
      case 'RoleId':
      case 'ApplicationStatusCheckId':
        return this.#name(logicalId);
      default:
        throw new UnsimulatedTemplateError(`GetAtt ${type}.${attribute} is not simulated`);
    }
  }

  #name(logicalId: string): string {
    const resource = this.#template.Resources[logicalId]!;
    const given = resource.Properties?.[NAMING[resource.Type]?.nameProperty ?? ''];
    return given === undefined ? `${this.#stackName}-${logicalId}` : String(this.resolve(given));
  }

  #arn(logicalId: string): string {
    const type = this.#template.Resources[logicalId]!.Type;
    const naming = NAMING[type];
    // An ARN that nobody compares may be made up; it only has to be unmistakable.
    if (naming === undefined) return `arn:aws:unsimulated:::${type}/${this.#name(logicalId)}`;
    return naming.arn(this.#name(logicalId), this.home);
  }
}
