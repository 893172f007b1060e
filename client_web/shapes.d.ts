/** What the server's JSON holds, as far as the pages read it. Types only: nothing of this is sent to a browser. */

export type PageLanguage = 'ko' | 'en';
export type DocumentKind = 'resume' | 'posting' | 'cover_letter' | 'company';
export type Strength = 'strong' | 'partial' | 'none';
export type Verdict = 'below' | 'within' | 'above' | 'no_reference' | 'no_data';

export interface StoredDocument { id: string; kind: DocumentKind; name: string; text: string; language: PageLanguage }
export interface Uploaded { document: StoredDocument; format: string; pages: number | null; warnings: string[] }

export interface PlanRequest {
  kind: string;
  minutes: number;
  difficulty: string;
  language: PageLanguage;
  interviewers: number;
  pressure: boolean;
  seed: number;
  voice: string | null;
}
export interface PlannedQuestion {
  id: string;
  kind: string;
  text: string;
  source: 'bank' | 'matrix' | 'model';
  competency: string;
  shows: string;
  requirement_id: string | null;
  evidence: string;
  interviewer: number;
  seconds: number;
  preparation_s: number;
  pinned: boolean;
}
export interface Persona { name: string; title: string; tone: string; voice: string | null }
export interface Plan {
  request: PlanRequest;
  position: string;
  interviewers: Persona[];
  questions: PlannedQuestion[];
  notes: string[];
}
export interface MatrixRow {
  requirement: { id: string; text: string; must: boolean };
  evidence: { chunk_id: string; text: string; score: number }[];
  strength: Strength;
  gap: string;
}
export interface StoredPlan { id: string; plan: Plan; document_ids: string[]; matrix: { rows: MatrixRow[] }; created_at: string }
export interface WantedQuestion { id: string; pinned: boolean; text?: string; seconds?: number }

export interface Job {
  id: string;
  kind: string;
  status: 'running' | 'done' | 'failed' | 'cancelled';
  done: number;
  total: number;
  text: string;
  error: string;
  result: Record<string, string>;
}

export interface SessionSummary {
  id: string;
  plan_id: string;
  status: 'active' | 'finished' | 'ended_early' | 'abandoned';
  started_at: string;
  updated_at: string;
  ended_at: string | null;
  kind: string;
  language: PageLanguage;
  minutes: number;
  difficulty: string;
  position: string;
  questions: number;
  turns: number;
  seconds: number;
  has_audio: boolean;
  has_report: boolean;
  total: number | null;
}
export interface HeardWord { text: string; start_sample: number; end_sample: number; probability: number }
export interface RecordTurn { number: number; speaker: 'interviewer' | 'candidate'; text: string; words: HeardWord[] }
export interface SessionRecord { plan: Plan; turns: RecordTurn[]; summary: SessionSummary }

export interface Quote { text: string; turn: number; start: number; end: number; start_sample: number | null; end_sample: number | null }
export interface Mark { element: string; start: number; end: number }
export interface ReportTurn {
  number: number;
  speaker: 'interviewer' | 'candidate';
  name: string;
  step: string;
  text: string;
  start_sample: number;
  end_sample: number;
  spoken: boolean;
  marks: Mark[];
}
export interface ScoreLine {
  criterion: string;
  title: string;
  status: string;
  status_text: string;
  level: number | null;
  spread: number | null;
  anchor: string;
  reason: string;
  quote: Quote | null;
}
export interface OutlineItem { name: string; title: string; sentences: Quote[]; add: string }
export interface QuestionReport {
  id: string;
  place: number;
  text: string;
  kind: string;
  competency: string;
  shows: string;
  star: boolean;
  answered: boolean;
  turns: ReportTurn[];
  scores: ScoreLine[];
  total: number | null;
  rule_total: number | null;
  said: string[];
  missing: string[];
  vague: Quote[];
  better: { items: OutlineItem[] } | null;
}
export interface MatrixLine {
  requirement: string;
  must: boolean;
  evidence: string;
  strength: Strength;
  strength_text: string;
  gap: string;
  said: Quote[];
}
export interface Moment { turn: number; start_sample: number; end_sample: number; text: string }
export interface MeasureLine {
  name: string;
  title: string;
  what: string;
  value: number | null;
  unit: string;
  shown: string;
  low: number | null;
  high: number | null;
  reference: string;
  source: string;
  verdict: Verdict;
  verdict_text: string;
  estimate: boolean;
  moments: Moment[];
}
export interface SummaryPoint {
  title: string;
  text: string;
  place: number | null;
  quote: Quote | null;
  measure: string | null;
  moment: Moment | null;
}
export interface Drill { title: string; why: string; question_ids: string[]; question: string; seconds: number }
export interface Trend { name: string; title: string; unit: string; points: { started_at: string; value: number }[] }
export interface Span { start_sample: number; end_sample: number }
export interface TurnDelivery {
  turn: number;
  question_id: string | null;
  span: Span;
  onset_s: number | null;
  rate: number | null;
  runs: Span[];
  pauses: Span[];
  fillers: Span[];
}
export interface Report {
  session_id: string;
  language: PageLanguage;
  spoken_language: PageLanguage;
  started_at: string;
  position: string;
  kind: string;
  minutes: number;
  talked_s: number;
  finished: boolean;
  judged: boolean;
  content_note: string;
  total: number | null;
  rule_total: number | null;
  strengths: SummaryPoint[];
  fixes: SummaryPoint[];
  questions: QuestionReport[];
  other_turns: ReportTurn[];
  matrix: MatrixLine[];
  measures: MeasureLine[];
  timeline: TurnDelivery[];
  flags: { said: Quote; written: string; document: string }[];
  drills: Drill[];
  trends: Trend[];
  set_aside: string[];
  limits: string[];
  models: { role: string; id: string; title: string; licence: string }[];
}

export interface ProgressEntry { session_id: string; started_at: string; kind: string; language: PageLanguage; totals: Record<string, number> }
export interface Sighting { session_id: string; started_at: string; place: number | null; text: string; turn: number | null; start_sample: number | null }
export interface Habit { kind: 'missing' | 'measure' | 'vague' | 'unanswered'; name: string; seen: number; of: number; sightings: Sighting[] }
export type Reference = [number | null, number | null];
export interface Progress { sessions: ProgressEntry[]; habits: Habit[]; references: Record<PageLanguage, Record<string, Reference>> }
