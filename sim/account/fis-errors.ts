const STATUS = {
  AccessDeniedException: 403,
  ResourceNotFoundException: 404,
  ValidationException: 400,
} as const;

/** A refusal of FIS, in the shape that the command line's client throws (cli/fis-client.ts). */
export function fisError(name: keyof typeof STATUS, message: string): Error {
  const $metadata = { httpStatusCode: STATUS[name] };
  return Object.assign(new Error(message), { name, $fault: 'client', $metadata });
}
