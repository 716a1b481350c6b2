import { awsError, describeAwsError } from '../../lambda/adapters/aws-errors';
import { ec2Error, idsNamedIn, refusalOf } from '../../lambda/adapters/ec2-errors';
import { awsFailure, connectionReset, timedOut } from './fake-world';

describe('what an error of AWS means', () => {
  test.each([
    ['a throttle by its code', awsFailure('RequestLimitExceeded', 503), 'throttled'],
    ['a throttle by its status', awsFailure('Whatever', 429), 'throttled'],
    ['a server error', awsFailure('InternalError', 500), 'unavailable'],
    ['an unknown server error', awsFailure('NeverHeardOf', 503), 'unavailable'],
    ['a time-out', timedOut(), 'unavailable'],
    ['a closed connection', connectionReset(), 'unavailable'],
    ['credentials that have just expired', awsFailure('ExpiredToken', 400), 'unavailable'],
    ['a refusal', awsFailure('UnauthorizedOperation', 403), 'client'],
    ['an unknown refusal', awsFailure('NeverHeardOf', 400), 'client'],
    ['something that is no error', 'broken', 'unavailable'],
    ['nothing', undefined, 'unavailable'],
  ])('%s', (_, thrown, fault) => {
    expect(awsError(thrown).fault).toBe(fault);
  });

  test("Node's code names an error whose name says nothing", () => {
    expect(describeAwsError(awsError(connectionReset()))).toBe('ECONNRESET: read ECONNRESET');
  });
});

describe('what an error of EC2 means', () => {
  test.each([
    ['InsufficientInstanceCapacity', 500, 'no-capacity'],
    ['InsufficientHostCapacity', 400, 'no-capacity'],
    ['ReservationCapacityExceeded', 400, 'no-capacity'],
    ['IncorrectInstanceState', 400, 'wrong-state'],
    ['InvalidInstanceID.NotFound', 400, 'wrong-state'],
    ['UnauthorizedOperation', 403, 'refused'],
    ['VcpuLimitExceeded', 400, 'refused'],
    ['Unsupported', 400, 'refused'],
    ['NeverHeardOf', 400, 'refused'],
    ['RequestLimitExceeded', 503, 'unavailable'],
    ['Unavailable', 503, 'unavailable'],
    ['NeverHeardOf', 500, 'unavailable'],
  ])('%s with status %i fails a start as %s', (code, status, kind) => {
    expect(refusalOf(ec2Error(awsFailure(code, status)))).toMatchObject({ kind, code });
  });

  test('a time-out is not a refusal', () => {
    expect(refusalOf(ec2Error(timedOut())).kind).toBe('unavailable');
  });
});

describe('the instances that a message names', () => {
  test.each([
    ["The instance ID 'i-0123456789abcdef0' does not exist", ['i-0123456789abcdef0']],
    [
      "The instance IDs 'i-0123abcd, i-0123456789abcdef0' do not exist",
      ['i-0123abcd', 'i-0123456789abcdef0'],
    ],
    ['i-0123abcd and i-0123abcd', ['i-0123abcd']],
    ['You are not authorized to perform this operation.', []],
    ['vi-0123abcd', []],
  ])('%s', (message, ids) => {
    expect(idsNamedIn(message)).toEqual(ids);
  });
});
