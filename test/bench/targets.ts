/** What has to be reached, by bench and figure. Ratios (`_x`) are against the reference of the same run. */
export const targets: Readonly<Record<string, number>> = {
  'start.version_x': 2.5,
  'start.answer_x': 1.6,
  'start.answer_uncached_x': 1.6,
  'start.answer_after_last_byte_ms': 30,
  'start.answer_uncached_after_last_byte_ms': 30,
  'subagent.mb_each': 1,
  'subagent.cpu_each_ms': 12,
  'subagent.thousand_waiting_mb': 400,
  'store.entries_ten_per_write_per_s': 50_000,
  'store.task_transitions_per_s': 1_000,
  'resume.resume_ms': 1_000,
  'resume.resume_rss_mb': 400,
  'notify.p99_ms': 100,
};
