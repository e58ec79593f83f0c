import { deleteStream, upsertStream } from '../queries/streams.ts';
import type { StreamRow } from '../store.ts';
import type { Connection } from './connection.ts';

/**
 * Writes the replaceable row of a lane's streaming text, in a transaction of its own that does not wait for the disk (`synchronous = NORMAL`: in WAL mode a
 * commit may be lost with the power, never half done; https://sqlite.org/pragma.html#pragma_synchronous).
 */
export function writeStream(connection: Connection, row: StreamRow): void {
  connection.exec('PRAGMA synchronous = NORMAL');
  try {
    writeRow(connection, row);
  } finally {
    connection.exec('PRAGMA synchronous = FULL');
  }
}

function writeRow(connection: Connection, row: StreamRow): void {
  if (row.text === '') {
    connection.run(deleteStream, { chatId: row.chatId, lane: row.lane });
    return;
  }
  connection.run(upsertStream, { chat_id: row.chatId, lane: row.lane, text: row.text, at: row.at });
}
