import type { Migration } from './migration.ts';

/** Users, chats, the log, tasks and what stands around them. STRICT and CHECK hold what the row types promise. */
export const foundation: Migration = {
  version: 1,
  statements: [
    `CREATE TABLE users (
      id TEXT PRIMARY KEY,
      name TEXT NOT NULL,
      created_at INTEGER NOT NULL
    ) STRICT`,
    `CREATE TABLE chats (
      id TEXT PRIMARY KEY,
      user_id TEXT NOT NULL REFERENCES users (id),
      kind TEXT NOT NULL CHECK (kind IN ('person', 'agent')),
      title TEXT NOT NULL,
      cwd TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      last_seq INTEGER NOT NULL DEFAULT 0
    ) STRICT`,
    'CREATE INDEX chats_by_activity ON chats (updated_at, id)',
    // No foreign key: every insert follows an update of the chat's counter, which fails when there is no such chat.
    `CREATE TABLE entries (
      chat_id TEXT NOT NULL,
      seq INTEGER NOT NULL CHECK (seq > 0),
      lane TEXT NOT NULL,
      type TEXT NOT NULL,
      data TEXT NOT NULL,
      at INTEGER NOT NULL
    ) STRICT`,
    'CREATE UNIQUE INDEX entries_by_seq ON entries (chat_id, seq)',
    'CREATE INDEX entries_by_lane ON entries (chat_id, lane, seq)',
    `CREATE TABLE lanes (
      chat_id TEXT NOT NULL REFERENCES chats (id),
      lane TEXT NOT NULL,
      epoch INTEGER NOT NULL,
      driver TEXT,
      PRIMARY KEY (chat_id, lane)
    ) STRICT`,
    `CREATE TABLE inbox (
      arrival INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      chat_id TEXT NOT NULL REFERENCES chats (id),
      lane TEXT NOT NULL,
      kind TEXT NOT NULL CHECK (kind IN ('input', 'notification', 'message', 'remark')),
      text TEXT NOT NULL,
      from_lane TEXT,
      author TEXT,
      status TEXT,
      summary TEXT,
      wakes INTEGER NOT NULL CHECK (wakes IN (0, 1)),
      takes TEXT NOT NULL CHECK (takes IN ('boundary', 'turn')),
      created_at INTEGER NOT NULL,
      delivered_seq INTEGER
    ) STRICT`,
    'CREATE INDEX inbox_by_chat ON inbox (chat_id)',
    'CREATE INDEX inbox_waiting ON inbox (chat_id, lane, arrival) WHERE delivered_seq IS NULL',
    "CREATE INDEX inbox_waking ON inbox (chat_id) WHERE delivered_seq IS NULL AND lane = 'main' AND wakes = 1",
    `CREATE TABLE tasks (
      id TEXT PRIMARY KEY,
      chat_id TEXT NOT NULL REFERENCES chats (id),
      parent_lane TEXT,
      parent_call_id TEXT,
      root_turn_id TEXT,
      agent_id TEXT NOT NULL,
      conversation_id TEXT NOT NULL,
      depth INTEGER NOT NULL,
      agent_type TEXT NOT NULL,
      description TEXT NOT NULL,
      prompt TEXT NOT NULL,
      model TEXT NOT NULL,
      spec TEXT NOT NULL,
      status TEXT NOT NULL
        CHECK (status IN ('queued', 'waiting', 'running', 'parked', 'completed', 'failed', 'stopped')),
      wait_reason TEXT CHECK (wait_reason IN ('dependencies', 'approval', 'idle-chat', 'due')),
      park_reason TEXT CHECK (park_reason IN ('budget', 'process-gone', 'asked')),
      attempt INTEGER NOT NULL,
      max_attempts INTEGER NOT NULL,
      worker TEXT,
      not_before INTEGER,
      priority INTEGER NOT NULL,
      is_background INTEGER NOT NULL CHECK (is_background IN (0, 1)),
      is_silent INTEGER NOT NULL CHECK (is_silent IN (0, 1)),
      notify TEXT NOT NULL CHECK (notify IN ('wake', 'quiet', 'none')),
      created_at INTEGER NOT NULL,
      started_at INTEGER,
      ended_at INTEGER,
      outcome TEXT,
      input_tokens INTEGER,
      output_tokens INTEGER,
      cache_read_tokens INTEGER,
      cache_write_tokens INTEGER,
      cost_usd REAL,
      tool_uses INTEGER NOT NULL,
      steps INTEGER NOT NULL,
      creator TEXT NOT NULL,
      origin TEXT NOT NULL,
      metadata TEXT NOT NULL,
      dedupe_key TEXT,
      failures TEXT NOT NULL
    ) STRICT`,
    'CREATE INDEX tasks_by_parent ON tasks (chat_id, parent_lane)',
    'CREATE INDEX tasks_by_age ON tasks (created_at, id)',
    'CREATE INDEX tasks_by_chat_age ON tasks (chat_id, created_at, id)',
    'CREATE INDEX tasks_by_agent ON tasks (agent_id)',
    'CREATE INDEX tasks_by_conversation ON tasks (conversation_id)',
    'CREATE INDEX tasks_by_turn ON tasks (root_turn_id) WHERE root_turn_id IS NOT NULL',
    'CREATE INDEX tasks_by_creator ON tasks (creator, created_at)',
    `CREATE UNIQUE INDEX tasks_by_call ON tasks (chat_id, parent_lane, parent_call_id)
      WHERE parent_call_id IS NOT NULL`,
    'CREATE UNIQUE INDEX tasks_by_dedupe_key ON tasks (dedupe_key) WHERE dedupe_key IS NOT NULL',
    // The two that a claim walks: they hold no ended task and all that the choice reads.
    `CREATE INDEX tasks_queued ON tasks (priority DESC, created_at, id, not_before, chat_id, model)
      WHERE status = 'queued'`,
    `CREATE INDEX tasks_held ON tasks (priority DESC, created_at, id, worker, chat_id, model, status, park_reason)
      WHERE status = 'running' OR (status = 'parked' AND park_reason = 'process-gone')`,
    // Of each state that has not ended: what the panels and the checks at start-up list.
    `CREATE INDEX tasks_open ON tasks (status, created_at, id)
      WHERE status IN ('queued', 'waiting', 'running', 'parked')`,
    `CREATE TABLE task_dependencies (
      task_id TEXT NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
      depends_on TEXT NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
      position INTEGER NOT NULL,
      PRIMARY KEY (task_id, depends_on)
    ) STRICT, WITHOUT ROWID`,
    'CREATE INDEX task_dependants ON task_dependencies (depends_on)',
    `CREATE TABLE approvals (
      id TEXT PRIMARY KEY,
      chat_id TEXT NOT NULL REFERENCES chats (id),
      lane TEXT NOT NULL,
      call_id TEXT NOT NULL,
      tool TEXT NOT NULL,
      input TEXT NOT NULL,
      reason TEXT NOT NULL,
      asked_at INTEGER NOT NULL,
      deadline INTEGER NOT NULL,
      verdict TEXT CHECK (verdict IN ('allowed', 'denied', 'expired')),
      answered_by TEXT,
      message TEXT,
      answered_at INTEGER
    ) STRICT`,
    'CREATE INDEX approvals_by_chat ON approvals (chat_id)',
    'CREATE INDEX approvals_open ON approvals (asked_at, id) WHERE verdict IS NULL',
    `CREATE TABLE schedules (
      id TEXT PRIMARY KEY,
      name TEXT NOT NULL,
      expression TEXT NOT NULL,
      prompt TEXT NOT NULL,
      chat_id TEXT REFERENCES chats (id),
      time_zone TEXT,
      catch_up TEXT NOT NULL CHECK (catch_up IN ('none', 'one', 'all')),
      is_enabled INTEGER NOT NULL CHECK (is_enabled IN (0, 1)),
      next_at INTEGER,
      last_at INTEGER,
      created_at INTEGER NOT NULL
    ) STRICT`,
    'CREATE INDEX schedules_by_chat ON schedules (chat_id)',
    `CREATE TABLE audit (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      at INTEGER NOT NULL,
      who TEXT NOT NULL,
      what TEXT NOT NULL,
      origin TEXT NOT NULL,
      task_id TEXT,
      chat_id TEXT,
      detail TEXT
    ) STRICT`,
    'CREATE INDEX audit_by_chat ON audit (chat_id, id)',
    'CREATE INDEX audit_by_task ON audit (task_id, id)',
    `CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
      BEGIN SELECT RAISE(ABORT, 'audit rows are never changed'); END`,
    `CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit
      BEGIN SELECT RAISE(ABORT, 'audit rows are never deleted'); END`,
    `CREATE TABLE workers (
      id TEXT PRIMARY KEY,
      kind TEXT NOT NULL,
      pid INTEGER NOT NULL,
      host TEXT NOT NULL,
      started_at INTEGER NOT NULL,
      lease_until INTEGER NOT NULL,
      ended_at INTEGER
    ) STRICT`,
    `CREATE TABLE streams (
      chat_id TEXT NOT NULL REFERENCES chats (id),
      lane TEXT NOT NULL,
      text TEXT NOT NULL,
      at INTEGER NOT NULL,
      PRIMARY KEY (chat_id, lane)
    ) STRICT`,
  ],
};
