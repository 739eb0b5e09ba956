/**
 * What screens read. Shapes come from the contract (`generated/`, `npm run client`); written by hand is only what
 * the contract leaves open (`unknown`) and the form that `normal.ts` gives some answers.
 */
import type * as G from './generated'
import type { JsonSchema } from './jsonSchema'

export type { JsonSchema }

/** The server writes what is absent as null. */
export type Answer<T> = T extends readonly (infer Item)[] ? Answer<Item>[] : T extends object ? { [Name in keyof T]-?: Answer<T[Name]> } : T
/** A type of the contract with some of its fields said more exactly. */
type But<T, Exact> = Omit<Answer<T>, keyof Exact> & Exact

export interface Page<T> {
  items: T[]
  next: string | null
  total: number | null
}
export type LonLat = G.Point
export type Bilingual = G.Text
export type JsonObject = Record<string, unknown>

export type Post = Answer<G.Post>
export type Session = Answer<G.Session>
export type SessionInfo = Answer<G.SessionView>
export type ApiToken = Answer<G.TokenView>
export type NewApiToken = Answer<G.NewToken>
export type TotpSetup = G.TotpSetup
export type User = Answer<G.UserView>
export type HeldPost = Answer<G.HeldPost>
export type CreatedUser = Answer<G.CreatedUser>
export type Role = Answer<G.RoleView>
export type Explanation = Answer<G.Explanation>
export type Holders = Answer<G.Holders>
export type RightsAt = Answer<G.RightsAt>
export type KindActions = G.KindActions
export type Grant = Answer<G.Grant>
/** A value of the configuration is any JSON. */
export type Setting = But<G.Setting, { value: unknown; default: unknown }>

/** Kinds are data of the server, not of the contract. */
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
  /** Masked wherever it is shown. */
  personal: boolean
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
export type FsRecord = But<G.Record, { attributes: JsonObject }>
export type RecordInput = G.RecordDraft & { name: string; division: string; attributes: JsonObject; version?: number }
export type RecordVersion = But<G.HistoryEntry, { change: 'created' | 'updated' | 'deleted' | 'restored'; record: FsRecord }>
export type Near = But<G.Nearby, { record: FsRecord }>
export type ImportResult = Answer<G.ImportReport>
export type SearchHit = Answer<G.SearchHit>
export type Division = Answer<G.Division>
export type DivisionDetail = Answer<G.DivisionDetail>
export type Located = Answer<G.Located>
export type PopulationAnswer = Answer<G.PopulationAnswer>

export type Series = Answer<G.SeriesView>
export type Observation = Answer<G.ObservationView>
export type ObservationsPage = Answer<G.ObservationsPage>
export type Aggregate = G.AggregateView
export type Rule = G.RuleView
/** What is asked to register a series, also out of the quarantine. */
export type SeriesDraft = G.SeriesDraft

export type AlarmPriority = G.AlarmPriority
export type Verdict = G.AlarmVerdict
export type Mode = G.Mode
export type Alarm = Answer<G.AlarmRow>
export type AlarmDetail = Answer<G.AlarmPage>
export type DeskSummary = Answer<G.DeskSummary>
export type OutOfService = Answer<G.OutOfServiceView>
export type AlarmFigures = Answer<G.AlarmFigures>
export type DeviceStatus = Answer<G.DeviceStatus>
export type Credential = G.Credential
export type QuarantineItem = Answer<G.QuarantineView>
export type SetAside = Answer<G.SetAside>
export type PullSource = Answer<G.PullSource>
export type PushSource = Answer<G.PushSource>

/** Titles in the person's language from here on: see `normal.ts`. */
export type Clock = But<G.ClockView, { title: string }>
export type OpenClock = But<G.ClockRow, { clock_title: string }>
export type ActionOffer = But<G.AvailableAction, { title: string; schema: JsonSchema | null; reason: string | null }>
export type MatterLink = But<G.LinkView, { title: string }>
export type Attachment = Answer<G.Attachment>
export type Matter = But<G.MatterView, {
  phase_title: string
  state: JsonObject
  assignee: { type: G.Assignee['type']; id: string; name: string } | null
  clocks: Clock[]
  available_actions: ActionOffer[]
  links: MatterLink[]
}>
export type Process = But<G.ProcessView, {
  title: string
  phases: But<G.Phase, { title: string }>[]
  actions: But<G.ProcessAction, { title: string; schema: JsonSchema | null }>[]
  opening_schema: JsonSchema
}>
export type TimelineEntry = But<G.ThreadEntry, {
  kind: 'action' | 'comment' | 'attachment' | 'clock' | 'delivery' | 'alarm' | 'observation' | 'link'
  title: string
}>

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
export type WarningInForce = But<G.WarningView, { area: { divisions: string[]; polygon: Polygon | null } | null }>
/** A type of event: which colours a warning of it may have, and who may issue one. */
export type EventType = But<G.EventTypeView, { origin: 'own' | 'relayed' | 'forbidden' | 'uncoloured' | string }>
export type Coverage = Answer<G.Coverage>
export type Delivery = But<G.Delivery, {
  channel: G.Channel
  state: 'queued' | 'sent' | 'delivered' | 'confirmed' | 'failed'
  tone: 'notice' | 'order' | 'urgent'
}>
export type Subscriber = But<G.Subscriber, { channel: G.Channel }>
export type NewSubscriber = G.NewSubscriber
export type TraceEntry = Answer<G.TraceEntry>
export type TraceVerdict = Answer<G.Report>
export type Overview = But<G.Overview, { open_alarms: Partial<Record<AlarmPriority, number>> }>
export type MapLayer = G.Layer
export type InsideKind = But<G.InsideKind, { records: { record: FsRecord; distance_m: number | null }[] }>
export type BaseMap = Answer<G.BaseMap>
export type Span = But<G.Span, { area: { divisions: string[]; polygon: Polygon | null } | null }>
export type Changes = But<G.Changes, { spans: Span[] }>
export type CountyTally = Answer<G.CountyTally>

/** What is drawn on the map: the attributes of a record of kind `plot`. */
export type PlotShape = 'point' | 'line' | 'arrow' | 'area' | 'circle' | 'text'
export type PlotColor = 'red' | 'orange' | 'blue' | 'green' | 'violet' | 'black'
export interface PlotElement {
  id: string
  shape: PlotShape
  symbol: string
  color: PlotColor
  label: string | null
  points: LonLat[]
  radius_m: number | null
}
export interface PlotContent {
  incident: string | null
  mode: Mode
  note: string | null
  elements: PlotElement[]
}
/** A saved view of the map: the attributes of a record of kind `map_view`. */
export interface MapViewContent {
  incident: string | null
  note: string | null
  lon: number
  lat: number
  zoom: number
  base: string | null
  layers: string[]
  filters: { kind: string; conditions: string[] }[]
  plots: string[]
}
