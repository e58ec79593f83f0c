import { sql } from 'kysely';
import type { ChatId, LaneId, WorkerId } from '../../core/ids.ts';
import { fixed } from './query.ts';
import { isHeld } from './workers.ts';

type LaneKey = { chatId: ChatId; lane: LaneId };

export const laneByKey = fixed((db, p: LaneKey) =>
  db.selectFrom('lanes').selectAll().where('chat_id', '=', p.chatId).where('lane', '=', p.lane),
);

export const lanesWithDriver = fixed(db =>
  db.selectFrom('lanes').selectAll().where('driver', 'is not', null).orderBy('chat_id').orderBy('lane'),
);

/** One statement chooses and takes; no row when somebody else drives the lane and has not ended. */
export const takeLane = fixed((db, p: LaneKey & { worker: WorkerId }) =>
  db
    .insertInto('lanes')
    .values({ chat_id: p.chatId, lane: p.lane, epoch: 1, driver: p.worker })
    .onConflict(conflict =>
      conflict
        .columns(['chat_id', 'lane'])
        .doUpdateSet({
          epoch: sql`CASE WHEN lanes.driver = excluded.driver THEN lanes.epoch ELSE lanes.epoch + 1 END`,
          driver: eb => eb.ref('excluded.driver'),
        })
        .where(({ eb, or, not }) =>
          or([eb('lanes.driver', '=', eb.ref('excluded.driver')), not(isHeld(eb.ref('lanes.driver')))]),
        ),
    )
    .returning('epoch'),
);

export const freeLane = fixed((db, p: LaneKey & { epoch: number }) =>
  db
    .updateTable('lanes')
    .set({ driver: null })
    .where('chat_id', '=', p.chatId)
    .where('lane', '=', p.lane)
    .where('epoch', '=', p.epoch),
);
