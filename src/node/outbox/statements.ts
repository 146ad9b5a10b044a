/** Statements for both databases. Each placeholder occurs once, in the order of the values, so that SQLite's `?` can replace it. */
export const OUTBOX_SQL = {
  /** Locks the user's state until the end of the transaction, so that all changes of an outbox have one order. */
  advance: `INSERT INTO outbox_state (user_id, revision) VALUES ($1, $2)
    ON CONFLICT (user_id) DO UPDATE SET revision = outbox_state.revision + excluded.revision RETURNING revision`,
  revision: 'SELECT revision FROM outbox_state WHERE user_id = $1',
  revisions: 'SELECT user_id, revision FROM outbox_state',
  state: 'SELECT engine FROM outbox_state WHERE user_id = $1',
  setEngine: 'UPDATE outbox_state SET engine = $1 WHERE user_id = $2',
  addNotice: `INSERT INTO outbox_notices (user_id, id, alert_id, number, made_at, notice)
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (user_id, id) DO NOTHING RETURNING id`,
  addDelivery: `INSERT INTO outbox_deliveries
    (user_id, notice_id, channel, number, state, attempts, next_attempt_at, expires_at)
    VALUES ($1, $2, $3, $4, 'pending', 0, 0, $5) ON CONFLICT (user_id, notice_id, channel) DO NOTHING`,
  pending: `SELECT n.id, n.made_at, n.notice, d.channel, d.attempts, d.next_attempt_at, d.expires_at
    FROM outbox_deliveries d JOIN outbox_notices n ON n.user_id = d.user_id AND n.id = d.notice_id
    WHERE d.user_id = $1 AND d.state = 'pending' ORDER BY d.number`,
  recordDelivery: `UPDATE outbox_deliveries SET state = $1, attempts = attempts + 1,
    next_attempt_at = COALESCE($2, next_attempt_at), finished_at = $3
    WHERE user_id = $4 AND notice_id = $5 AND channel = $6 AND state = 'pending' RETURNING attempts`,
  addAttempt: `INSERT INTO outbox_attempts
    (user_id, number, notice_id, channel, attempt, started_at, took_ms, state, next_attempt_at, why)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
  summaries: `SELECT n.id, n.alert_id, n.made_at, COUNT(d.channel) AS channels,
    SUM(CASE WHEN d.state = 'delivered' THEN 1 ELSE 0 END) AS delivered,
    SUM(CASE WHEN d.state IN ('failed', 'expired') THEN 1 ELSE 0 END) AS failed,
    MIN(CASE WHEN d.state = 'delivered' THEN d.finished_at END) AS delivered_at
    FROM outbox_notices n LEFT JOIN outbox_deliveries d ON d.user_id = n.user_id AND d.notice_id = n.id
    WHERE n.user_id = $1 AND n.made_at >= $2 GROUP BY n.user_id, n.id ORDER BY n.number DESC`,
  untaken: `SELECT id, notice, ended_at, refused FROM (
      SELECT n.id, n.notice, n.number, MAX(n.number) OVER (PARTITION BY n.alert_id) AS newest,
        MAX(d.finished_at) AS ended_at, SUM(CASE WHEN d.state = 'failed' THEN 1 ELSE 0 END) AS refused,
        SUM(CASE WHEN d.state IN ('pending', 'delivered') THEN 1 ELSE 0 END) AS others
      FROM outbox_notices n JOIN outbox_deliveries d ON d.user_id = n.user_id AND d.notice_id = n.id
      WHERE n.user_id = $1 AND n.made_at >= $2 GROUP BY n.user_id, n.id) AS made
    WHERE number = newest AND others = 0 ORDER BY number`,
  taken: `SELECT n.id FROM outbox_notices n
    JOIN outbox_deliveries d ON d.user_id = n.user_id AND d.notice_id = n.id
    WHERE n.user_id = $1 AND n.alert_id = $2 AND d.channel = $3 AND d.state = 'delivered' LIMIT 1`,
  log: `SELECT n.id, n.notice, a.channel, a.attempt, a.started_at, a.took_ms, a.state, a.next_attempt_at, a.why
    FROM outbox_attempts a JOIN outbox_notices n ON n.user_id = a.user_id AND n.id = a.notice_id
    WHERE a.user_id = $1 ORDER BY a.number DESC LIMIT $2`,
  addRequest: 'INSERT INTO outbox_requests (user_id, number, request) VALUES ($1, $2, $3)',
  requests: 'SELECT number, request FROM outbox_requests WHERE user_id = $1 ORDER BY number',
  removeRequests: 'DELETE FROM outbox_requests WHERE user_id = $1 AND number <= $2',
  addState: `INSERT INTO outbox_state (user_id, revision) VALUES ($1, 0)
    ON CONFLICT (user_id) DO NOTHING RETURNING user_id`,
  takeLease: `UPDATE outbox_state
    SET lease_holder = $1, lease_label = $2, lease_taken_at = $3, lease_expires_at = $4
    WHERE user_id = $5 AND (lease_holder IS NULL OR lease_holder = $6 OR lease_expires_at <= $7
      OR lease_expires_at - $8 > 2 * (lease_expires_at - lease_taken_at))
    RETURNING lease_holder, lease_label, lease_expires_at`,
  lease: `SELECT lease_holder, lease_label, lease_expires_at FROM outbox_state
    WHERE user_id = $1 AND lease_holder IS NOT NULL`,
  validLease: `SELECT lease_holder, lease_label, lease_expires_at FROM outbox_state
    WHERE user_id = $1 AND lease_expires_at > $2
      AND lease_expires_at - $3 <= 2 * (lease_expires_at - lease_taken_at)`,
  release: `UPDATE outbox_state
    SET lease_holder = NULL, lease_label = NULL, lease_taken_at = NULL, lease_expires_at = NULL
    WHERE user_id = $1 AND lease_holder = $2`,
  prune: `DELETE FROM outbox_notices WHERE user_id = $1 AND made_at < $2 AND NOT EXISTS (
    SELECT 1 FROM outbox_deliveries d
    WHERE d.user_id = outbox_notices.user_id AND d.notice_id = outbox_notices.id AND d.state = 'pending')`,
} as const

/** The name of a statement. */
export type OutboxStatement = keyof typeof OUTBOX_SQL
