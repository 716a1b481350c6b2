import { PublishCommand, type MessageAttributeValue } from '@aws-sdk/client-sns';
import type { AlertMessage, AlertPort, TelemetryPort } from '../ports';
import { awsError, describeAwsError } from './aws-errors';
import type { SnsClient } from './clients';

/** What publishing needs beside the client. */
export interface AlertsOptions {
  readonly topicArn: string;
  readonly telemetry: TelemetryPort;
}

/** SNS refuses a subject of 100 characters or more. */
const LONGEST_SUBJECT = 99;
/** SNS takes 256 KiB a message in all; no mail that a person reads comes near this. */
const LONGEST_TEXT = 50_000;
/** SNS cuts and sends a longer text message as several; AWS refuses more than 1,600 characters. */
const LONGEST_SMS = 1_600;

/**
 * A subject as SNS takes it: printable ASCII, not empty, short enough. An instance's name can hold
 * anything, and a page must not be lost over a letter in it.
 */
function subjectOf(text: string): string {
  const ascii = text
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[^\x20-\x7e]/g, '?');
  const trimmed = ascii.trim().slice(0, LONGEST_SUBJECT).trimEnd();
  return trimmed === '' ? 'LiveChat Watchdog' : trimmed;
}

/** SNS wants `default` for every protocol that is not named (Lambda, SQS, HTTPS). */
function bodyOf(message: AlertMessage, subject: string): string {
  const email = message.email.slice(0, LONGEST_TEXT) || subject;
  const sms = message.sms.slice(0, LONGEST_SMS) || subject;
  return JSON.stringify({ default: email, email, sms });
}

/** SNS refuses an attribute without a value. */
function attributesOf(message: AlertMessage): Record<string, MessageAttributeValue> {
  const filled = Object.entries(message.attributes).filter(([, value]) => value !== '');
  return Object.fromEntries(
    filled.map(([key, value]) => [key, { DataType: 'String', StringValue: value }]),
  );
}

/** Publishes to the topic that people subscribe to. At least once: a time-out may repeat it. */
export function createAlertPort(client: SnsClient, options: AlertsOptions): AlertPort {
  const { topicArn, telemetry } = options;
  return {
    async publish(message) {
      const subject = subjectOf(message.subject);
      const command = new PublishCommand({
        TopicArn: topicArn,
        Subject: subject,
        Message: bodyOf(message, subject),
        MessageStructure: 'json',
        MessageAttributes: attributesOf(message),
      });
      try {
        await client.send(command);
        return true;
      } catch (error) {
        telemetry.log('error', 'alert-not-taken', {
          subject,
          error: describeAwsError(awsError(error)),
        });
        return false;
      }
    },
  };
}
