import { instanceItem, type Item } from '../../lambda/adapters/store-item';
import { createItemReader } from '../../lambda/adapters/store-reader';
import { newRecord } from '../../lambda/core/record';
import { instant } from '../../lambda/core/time';

const NOW = instant(Date.UTC(2024, 7, 1, 12));

const itemOf = (id: string, version: number, name = id): Item =>
  instanceItem({
    ...newRecord(id),
    version,
    label: { name, instanceType: 'm6i.large', zone: 'us-east-1b', policy: 'livechat' },
  });

describe('reading the records again', () => {
  it('gives the very same record where nothing has changed', () => {
    const read = createItemReader();
    const [first] = read([itemOf('i-1', 1)], NOW);
    const [again] = read([itemOf('i-1', 1)], NOW);
    expect(first).toMatchObject({ kind: 'instance', record: { instanceId: 'i-1' } });
    expect(again).toBe(first);
  });

  it.each([
    ['another version', itemOf('i-1', 2)],
    ['another content of the same version', itemOf('i-1', 1, 'renamed')],
  ])('reads %s anew', (_name, item) => {
    const read = createItemReader();
    const [first] = read([itemOf('i-1', 1)], NOW);
    const [again] = read([item], NOW);
    expect(again).not.toBe(first);
    expect(again).toMatchObject({ kind: 'instance' });
  });

  it('never takes what is damaged for what it was', () => {
    const read = createItemReader();
    const item = itemOf('i-1', 1);
    read([item], NOW);
    expect(read([{ ...item, body: { S: '{' } }], NOW)).toMatchObject([{ kind: 'unreadable' }]);
    // The version beside the body is what conditional writes go by.
    expect(read([{ ...item, version: { N: '7' } }], NOW)).toMatchObject([{ kind: 'unreadable' }]);
  });

  it('forgets what was not there the last time', () => {
    const read = createItemReader();
    const [first] = read([itemOf('i-1', 1)], NOW);
    read([], NOW);
    expect(read([itemOf('i-1', 1)], NOW)[0]).not.toBe(first);
  });
});
