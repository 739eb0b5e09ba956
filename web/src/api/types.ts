/** What the server says, as written in docs/api.md. A generated client will replace this file. */
import type { JsonSchema } from './jsonSchema'

export type { JsonSchema }

export interface Page<T> {
  items: T[]
  next: string | null
  total: number | null
}
export interface LonLat {
  lon: number
  lat: number
}
export interface Bilingual {
  zh: string
  en: string
}
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }
export type JsonObject = Record<string, unknown>

export interface Post {
  id: string
  title: string
  organisation: { id: string | null; name: string } | null
  division: string
  division_name: string
  roles: string[]
}
export interface Session {
  user: { id: string; login: string; name: string; must_change_password: boolean; totp_enabled: boolean }
  posts: Post[]
  permissions: { action: string; kind: string; scope: unknown }[]
  csrf_token: string | null
  node: { name: string; mode: 'normal' | 'demonstration' }
  locale?: string
}
export interface SessionInfo {
  id: string
  agent: string
  address: string
  created_at: string
  last_seen_at: string
  expires_at: string
  current: boolean
}
export interface ApiToken {
  id: string
  name: string
  created_at: string
  expires_at: string | null
  last_used_at: string | null
}
export interface User {
  id: string
  login: string
  name: string
  person?: string | null
  active: boolean
  must_change_password?: boolean
  totp_enabled?: boolean
  posts: Post[]
  locked_until?: string | null
  last_sign_in_at?: string | null
  version: number
}
export interface Role {
  name: string
  title: Bilingual
  permissions: string[]
}

export interface FieldSpec {
  name: string
  title: Bilingual
  type: 'text' | 'number' | 'integer' | 'boolean' | 'date' | 'enum' | 'reference' | 'list' | 'object'
  options?: { value: string; zh: string; en: string }[] | null
  reference?: string | null
  unit?: string | null
  required: boolean
  filterable: boolean
  listed: boolean
}
export interface Kind {
  name: string
  title: Bilingual
  icon: string
  geometry: 'point' | 'none'
  division_level: string | null
  fields: FieldSpec[]
  schema: JsonObject
}
export interface FsRecord {
  id: string
  kind: string
  code: string | null
  name: string
  division: string
  division_name: string
  location: LonLat | null
  enterprise: string | null
  enterprise_name: string | null
  attributes: JsonObject
  version: number
  created_at: string
  updated_at: string
  updated_by: string | null
}
export interface RecordInput {
  code?: string | null
  name: string
  division: string
  location?: LonLat | null
  enterprise?: string | null
  attributes: JsonObject
  version?: number
}
export interface RecordVersion {
  version: number
  at: string
  actor_name: string | null
  why: string | null
  change: 'created' | 'updated' | 'deleted'
  record: FsRecord
}
export interface Near {
  record: FsRecord
  distance_m: number
}
export interface ImportResult {
  id: string
  rows: number
  good: number
  created: number
  updated: number
  errors: { row: number; column: string; field: string; code: string; message: string; value: string | null }[]
  error_count?: number
  applied: boolean
}
export interface SearchHit {
  kind: string
  id: string
  name: string
  division_name: string
  location: LonLat | null
}
export interface Division {
  code: string
  name: string
  level: string
  parent: string | null
  population: number | null
  location: LonLat | null
  has_children: boolean
  path?: { code: string; name: string }[]
}
export interface Located {
  county: { code: string; name: string } | null
  near_border: { code: string; name: string; distance_m: number }[]
}
export interface PopulationAnswer {
  population: number | null
  divisions: { code: string; name: string; population: number | null; share: number; as_of: string | null }[]
  note: string | null
}

export interface Series {
  id: string
  device: string
  device_name: string
  installation: string | null
  installation_name: string | null
  code: string
  name: string
  name_en: string
  unit: string
  division: string
  enterprise: string | null
  location: LonLat | null
  low: number | null
  high: number | null
  expected_interval_seconds: number | null
  last: { observed_at: string; received_at: string; value: string; number: number | null; quality: string } | null
  state: 'live' | 'silent' | 'never'
}
export interface Observation {
  observed_at: string
  received_at: string
  value: string
  number: number | null
  quality: string
  historical: boolean
}
export interface Aggregate {
  at: string
  count: number
  min: number
  max: number
  mean: number
  last: number
}
export interface Rule {
  id: string
  series: string
  name: string
  kind: 'high' | 'low'
  limit: number
  deadband: number
  on_delay_seconds: number
  off_delay_seconds: number
  priority: AlarmPriority
  enabled: boolean
  version: number
}

export type AlarmPriority = 'urgent' | 'high' | 'medium' | 'low'
export type Verdict = 'true_alarm' | 'false_alarm' | 'test'
export type Mode = 'real' | 'drill'
export interface Alarm {
  id: string
  series: string
  series_name: string
  device: string
  enterprise: string | null
  enterprise_name: string | null
  installation_name: string | null
  title: string
  priority: AlarmPriority
  mode: Mode
  division: string
  division_name: string
  location: LonLat | null
  active: boolean
  acknowledged: boolean
  verified: Verdict | null
  verification_reason: string | null
  value: string | null
  limit: number | string | null
  unit: string
  raised_at: string
  received_at: string | null
  returned_at: string | null
  acknowledged_at: string | null
  acknowledged_by: string | null
  verified_at: string | null
  verified_by: string | null
  occurrences: number
  closed: boolean
  version: number
  links: { matter: string; process: string; title: string; phase: string }[]
  timeline?: { at: string; actor_name: string | null; what: string; detail: string | null }[]
}
export interface DeviceStatus {
  device: string
  code?: string
  name: string
  online: boolean
  last_heard_at: string | null
}
export interface QuarantineItem {
  id: string
  reason: string
  device_key: string
  code: string
  protocol: string
  count: number
  first_at: string
  last_at: string
  sample: string
}
/** What is asked to register a series, also out of the quarantine. */
export interface SeriesDraft {
  device: string
  code: string
  name: string
  name_en?: string
  unit: string
  installation?: string
  low?: number
  high?: number
  expected_interval_seconds?: number
}

export interface Clock {
  name: string
  title: string
  clause: string | null
  started_at: string
  due_at: string
  stopped_at: string | null
  state: 'running' | 'overdue' | 'met' | 'late'
}
export interface OpenClock {
  matter: string
  process: string
  title: string
  clock: string
  clock_title: string
  due_at: string
  state: 'running' | 'overdue'
  post_name: string | null
}
export interface ActionOffer {
  name: string
  title: string
  grave: boolean
  schema: JsonSchema | null
  allowed: boolean
  reason: string | null
}
export interface MatterLink {
  relation: string
  direction: 'parent' | 'child' | 'subject'
  kind: 'matter' | 'alarm' | 'record'
  id: string
  process?: string | null
  title: string
  phase: string | null
}
export interface Matter {
  id: string
  process: string
  title: string
  phase: string
  phase_title: string
  closed: boolean
  mode: Mode
  grade: { scale: string; value: string } | null
  division: string
  division_name: string
  location: LonLat | null
  enterprise: string | null
  state: JsonObject
  assignee: { type: string; id: string; name: string } | null
  claimed_by: { user: string; name: string } | null
  clocks: Clock[]
  available_actions: ActionOffer[]
  links: MatterLink[]
  attachments: Attachment[]
  parent?: string | null
  enterprise_name?: string | null
  version: number
  opened_at: string
  opened_by_name: string | null
  closed_at: string | null
}
export interface Attachment {
  id: string
  name: string
  media_type: string
  size: number
  sha256: string
  by_name: string
  at: string
}
export interface Process {
  name: string
  title: string
  phases: { name: string; title: string; closed: boolean }[]
  actions: { name: string; title: string; from: string[]; to: string | string[] | null; grave: boolean; clause: string | null; schema: JsonSchema | null }[]
  clocks: JsonObject[]
  opening_schema: JsonSchema
}
export interface TimelineEntry {
  at: string
  actor_name: string | null
  kind: 'action' | 'comment' | 'attachment' | 'clock' | 'delivery' | 'alarm' | 'observation' | 'link'
  /** Which action, clock or step. */
  name?: string
  title: string
  detail: unknown
  matter: string | null
  process: string | null
}

export interface Polygon {
  type: 'Polygon'
  coordinates: number[][][]
}
export interface Feature {
  type: 'Feature'
  id?: string | number
  geometry: { type: string; coordinates: unknown } | null
  properties: JsonObject
}
export interface FeatureCollection {
  type: 'FeatureCollection'
  features: Feature[]
}
export interface WarningInForce {
  id?: string
  matter: string
  identifier?: string
  headline: string
  color: string
  event_type?: string
  onset_at?: string
  expires_at?: string
  issuer_name?: string
  mode?: Mode
  area: { divisions: string[]; polygon: Polygon | null } | null
  sent_at?: string
}
/** A type of event: which colours a warning of it may have, and who may issue one. */
export interface EventType {
  code: string
  name_zh: string
  name_en: string
  colors: string[]
  origin: 'own' | 'relayed' | 'forbidden' | 'uncoloured' | string
  issued_by: string
  clause: string
}
export interface Coverage {
  recipients: number
  sent: number
  delivered: number
  confirmed: number
  failed: number
  population: number | null
}
export interface Delivery {
  id: string
  message: string
  subject: string
  body: string
  channel: 'in_app' | 'email' | 'webhook'
  recipient: string
  user?: string | null
  note?: string | null
  created_at?: string
  state: 'queued' | 'sent' | 'delivered' | 'confirmed' | 'failed'
  attempts: number
  error: string | null
  sent_at: string | null
  delivered_at: string | null
  confirmed_at: string | null
  tone: 'notice' | 'order' | 'urgent'
  matter: string | null
}
export interface Subscriber {
  id: string
  list: string
  channel: 'email' | 'webhook'
  address: string
  name: string
}
export interface TraceEntry {
  seq: number
  /** Absent when the reader may not see it. */
  content: {
    at: string
    actor: string
    actor_name: string
    action: string
    subject_kind: string
    subject_id: string
    division: string | null
    why: string | null
    data: unknown
  } | null
  content_hash: string
  prev: string
  hash: string
}
export interface TraceVerdict {
  ok: boolean
  entries: number
  head: { seq: number; hash: string } | string | null
  broken: unknown
}
export interface Overview {
  open_alarms: Partial<Record<AlarmPriority, number>>
  unacknowledged: number
  warnings_in_force: number
  open_incidents: number
  my_inbox: number
  clocks: { running: number; overdue: number }
  devices: { online: number; silent: number }
}
export interface MapLayer {
  kind: string
  title: string | Bilingual
  title_en?: string
  count: number
  icon: string
}
