import type { ChatFigures } from '../sim/chat/figures';
import { CHAT_HEAD, chatRows, type ChatRow } from '../sim/report/chat-rows';

const GAP = 2;

/** What became of the chats as an indented table, its head first. */
export function chatLines(figures: ChatFigures): readonly string[] {
  const rows = [CHAT_HEAD, ...chatRows(figures)];
  const width = (column: keyof ChatRow): number =>
    Math.max(...rows.map((row) => row[column].length)) + GAP;
  const widths = { name: width('name'), now: width('now'), hourly: width('hourly') };
  return rows.map(({ name, now, hourly, in2024 }) => {
    const cells = [name.padEnd(widths.name), now.padEnd(widths.now), hourly.padEnd(widths.hourly)];
    return `  ${cells.join('')}${in2024}`.trimEnd();
  });
}
