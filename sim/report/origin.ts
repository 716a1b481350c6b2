/**
 * What the post-mortem of 1 August 2024 tells: the outage that this project answers. Seconds from
 * the moment the server stopped serving.
 */
export const ORIGIN = {
  drill: 'pod-23',
  date: '1 August 2024',
  /** When chats began to be dropped. */
  began: '12:10 UTC',
  /** When a person had restarted the server on another host. */
  ended: '12:33 UTC',
  /** Chats dropped, until then. */
  notServingS: 23 * 60,
  /** When customers heard of it. */
  firstWord: '12:40 UTC',
  /** The first word, to customers. */
  firstWordS: 30 * 60,
  /** What was wrong with presence after the restart; nobody counted it. */
  presence: 'shown ONLINE, were OFFLINE',
  /** What became of the chats that were open. */
  chats: 'chats saved late',
} as const;
