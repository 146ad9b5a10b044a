import type { Migration } from '../database/migrations.ts'

/**
 * The tables of outboxes, one outbox per user. `userId` defines the column of the user in the state, which a relay ties to its users:
 * all other rows go with the state. `revision` also numbers deliveries, attempts and requests in the order of their arrival.
 */
export function outboxTables(userId: string): Migration {
  return [
    `CREATE TABLE outbox_state (
       user_id ${userId},
       revision BIGINT NOT NULL,
       engine TEXT,
       lease_holder TEXT,
       lease_label TEXT,
       lease_taken_at BIGINT,
       lease_expires_at BIGINT)`,
    `CREATE TABLE outbox_notices (
       user_id TEXT NOT NULL REFERENCES outbox_state (user_id) ON DELETE CASCADE,
       id TEXT NOT NULL,
       alert_id TEXT NOT NULL,
       number BIGINT NOT NULL,
       made_at BIGINT NOT NULL,
       notice TEXT NOT NULL,
       PRIMARY KEY (user_id, id))`,
    `CREATE TABLE outbox_deliveries (
       user_id TEXT NOT NULL,
       notice_id TEXT NOT NULL,
       channel TEXT NOT NULL,
       number BIGINT NOT NULL,
       state TEXT NOT NULL,
       attempts BIGINT NOT NULL,
       next_attempt_at BIGINT NOT NULL,
       expires_at BIGINT NOT NULL,
       finished_at BIGINT,
       PRIMARY KEY (user_id, notice_id, channel),
       FOREIGN KEY (user_id, notice_id) REFERENCES outbox_notices (user_id, id) ON DELETE CASCADE)`,
    `CREATE INDEX outbox_pending ON outbox_deliveries (user_id, number) WHERE state = 'pending'`,
    `CREATE TABLE outbox_attempts (
       user_id TEXT NOT NULL,
       number BIGINT NOT NULL,
       notice_id TEXT NOT NULL,
       channel TEXT NOT NULL,
       attempt BIGINT NOT NULL,
       started_at BIGINT NOT NULL,
       took_ms BIGINT NOT NULL,
       state TEXT NOT NULL,
       next_attempt_at BIGINT,
       why TEXT,
       PRIMARY KEY (user_id, number),
       FOREIGN KEY (user_id, notice_id) REFERENCES outbox_notices (user_id, id) ON DELETE CASCADE)`,
    `CREATE INDEX outbox_attempts_notice ON outbox_attempts (user_id, notice_id)`,
    `CREATE TABLE outbox_requests (
       user_id TEXT NOT NULL REFERENCES outbox_state (user_id) ON DELETE CASCADE,
       number BIGINT NOT NULL,
       request TEXT NOT NULL,
       PRIMARY KEY (user_id, number))`,
  ]
}
