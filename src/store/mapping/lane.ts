import type { Schema } from '../queries/schema.ts';
import type { LaneRow } from '../rows.ts';
import { present } from './present.ts';

export function laneOf(row: Schema['lanes']): LaneRow {
  return present({ chatId: row.chat_id, lane: row.lane, epoch: row.epoch, driver: row.driver });
}
