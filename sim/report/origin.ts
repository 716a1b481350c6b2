/**
 * What the post-mortem of 1 August 2024 tells: the outage that this project answers. Seconds from
 * the moment the server stopped serving.
 */
export const ORIGIN = {
  drill: 'pod-23',
  date: '1 August 2024',
  /** Chats dropped, until a person had restarted the server on another host. */
  notServingS: 23 * 60,
  /** The first word, to customers. */
  firstWordS: 30 * 60,
} as const;
