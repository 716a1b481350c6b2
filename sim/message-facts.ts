/** SNS took a message for people, as each protocol shows it. */
export interface MessageFact {
  readonly kind: 'message';
  readonly messageId: string;
  readonly invocation: number;
  readonly topicArn: string;
  readonly subject: string;
  readonly email: string;
  readonly sms: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** A message was shown in the chat that is subscribed to the chat topic. */
export interface ChatFact {
  readonly kind: 'chat';
  readonly messageId: string;
  readonly invocation: number;
  readonly attributes: Readonly<Record<string, string>>;
  readonly threadId: string | undefined;
  readonly title: string | undefined;
  readonly description: string;
  readonly nextSteps: readonly string[];
}

/** An alarm reached the pager that is subscribed to the pager topic. */
export interface PageFact {
  readonly kind: 'page';
  readonly messageId: string;
  readonly invocation: number;
  readonly attributes: Readonly<Record<string, string>>;
  readonly alarmName: string;
  readonly state: 'ALARM' | 'OK';
  readonly reason: string;
  readonly description: string;
  /** `again`: its page was open already; `nothing`: an OK of no page. */
  readonly effect: 'opened' | 'again' | 'closed' | 'nothing';
}

/** The Lambda put an event of its own on the default bus. */
export interface ProgramEventFact {
  readonly kind: 'program-event';
  readonly invocation: number;
  readonly eventId: string;
  readonly source: string;
  readonly detailType: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** A program said how far the work of a hook is; whether that arrives is another matter. */
export interface HookWordFact {
  readonly kind: 'hook-word';
  readonly instanceId: string;
  readonly key: string;
  readonly status: 'started' | 'done' | 'failed';
}
