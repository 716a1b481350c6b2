/** One call of the SDK with an answer as AWS sends it on the wire. */
export interface WireCall {
  readonly client: string;
  readonly command: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  /** The name of the error, where the answer is one. */
  readonly error?: string;
}

/** What AWS's protocols call themselves. */
export const XML = 'text/xml;charset=UTF-8';
export const JSON_1_0 = 'application/x-amz-json-1.0';
export const JSON_1_1 = 'application/x-amz-json-1.1';
export const ID = 'i-0aaaabbbbccccdddd';

/** A call of EC2 and its answer. */
export const ec2 = (
  command: string,
  input: Readonly<Record<string, unknown>>,
  content: string,
) => ({
  client: 'EC2Client',
  command: `${command}Command`,
  input,
  status: 200,
  contentType: XML,
  body: `<${command}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId>${content}</${command}Response>`,
});

/** A start that EC2 refuses. */
export const ec2Error = (code: string, message: string) => ({
  client: 'EC2Client',
  command: 'StartInstancesCommand',
  input: { InstanceIds: [ID] },
  status: 400,
  contentType: XML,
  body: `<Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors><RequestID>r</RequestID></Response>`,
  error: code,
});
