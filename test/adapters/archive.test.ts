import { readArchive } from '../../lambda/adapters/archive';
import { amendmentItem, archiveItem, type Item } from '../../lambda/adapters/store-item';
import type { Amendment } from '../../lambda/core/record';
import { at, podIncident, podRecord } from '../report/records';

const ID = podIncident().id;
const RECORD = archiveItem(podRecord(), ID, at(9_000));
const AMENDMENT: Amendment = {
  incidentId: ID,
  fact: {
    kind: 'health',
    at: at(3_000),
    key: 'k',
    eventArn: 'arn:aws:health:us-east-1::event/EC2/x/y',
    code: 'AWS_EC2_OPERATIONAL_ISSUE',
    topic: 'availability-issue',
    status: 'closed',
    entityStatus: 'impaired',
    description: 'The host has failed.',
  },
};
const WORD = amendmentItem(AMENDMENT, at(9_000));

test('an archived incident comes with what AWS said later, whichever item is first', () => {
  for (const items of [
    [RECORD, WORD],
    [WORD, RECORD],
  ]) {
    const [found, ...others] = readArchive(items);
    expect(others).toEqual([]);
    if (found?.kind !== 'record') throw new Error('no record');
    expect(found.record.evidence).toEqual([...podRecord().evidence, AMENDMENT.fact]);
  }
});

test('what AWS said of another incident is not taken for it', () => {
  const other = amendmentItem({ ...AMENDMENT, incidentId: 'other' }, at(9_000));
  expect(readArchive([RECORD, other])).toEqual([{ kind: 'record', record: podRecord() }]);
});

test.each<[string, Item, string]>([
  ['no JSON', { ...RECORD, body: { S: '{' } }, 'JSON'],
  ['another form', { ...RECORD, body: { S: '{}' } }, 'record'],
])('a record that cannot be read says why: %s', (_, item, why) => {
  expect(readArchive([item])).toEqual([
    { kind: 'unreadable', error: expect.stringContaining(why) },
  ]);
});

test('a later word that cannot be read does not hide the record', () => {
  const [found] = readArchive([RECORD, { ...WORD, body: { S: 'x' } }]);
  expect(found).toEqual({ kind: 'record', record: podRecord() });
});
