import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import { useSession } from './session/store'

const pages: RouteRecordRaw[] = [
  { path: '', name: 'portal', component: () => import('./portal/PortalPage.vue'), meta: { title: 'nav.portal' } },
  { path: 'map', name: 'map', component: () => import('./map/MapPage.vue'), meta: { title: 'nav.map', full: true } },
  { path: 'alarms/figures', name: 'alarm-figures', component: () => import('./alarms/FiguresPage.vue'), meta: { title: 'alarm.figures.title' } },
  { path: 'alarms/:id?', name: 'alarms', component: () => import('./alarms/AlarmDesk.vue'), meta: { title: 'nav.alarms' } },
  { path: 'boards', name: 'boards', component: () => import('./boards/BoardsPage.vue'), meta: { title: 'nav.boards' } },
  { path: 'boards/:id', name: 'board', component: () => import('./boards/BoardPage.vue'), meta: { title: 'nav.boards' } },
  { path: 'warnings', name: 'warnings', component: () => import('./warnings/WarningList.vue'), meta: { title: 'nav.warnings' } },
  { path: 'warnings/:id', name: 'warning', component: () => import('./warnings/WarningPage.vue'), meta: { title: 'nav.warnings' } },
  { path: 'incidents', name: 'incidents', component: () => import('./incidents/IncidentList.vue'), meta: { title: 'nav.incidents' } },
  { path: 'incidents/new', name: 'incident-new', component: () => import('./incidents/IncidentOpen.vue'), meta: { title: 'nav.incidents' } },
  { path: 'incidents/call', name: 'incident-call', component: () => import('./incidents/CallEntry.vue'), meta: { title: 'call.title' } },
  { path: 'incidents/:id', name: 'incident', component: () => import('./incidents/IncidentRoom.vue'), meta: { title: 'nav.incidents' } },
  { path: 'inbox', name: 'inbox', component: () => import('./matters/InboxPage.vue'), meta: { title: 'nav.inbox' } },
  { path: 'matters', name: 'matters', component: () => import('./matters/MatterList.vue'), meta: { title: 'nav.matters' } },
  { path: 'matters/:id', name: 'matter', component: () => import('./matters/MatterPage.vue'), meta: { title: 'nav.matters' } },
  { path: 'ledgers', name: 'ledgers', component: () => import('./ledgers/LedgerIndex.vue'), meta: { title: 'nav.ledgers' } },
  { path: 'ledgers/:kind', name: 'ledger', component: () => import('./ledgers/LedgerPage.vue'), props: true, meta: { title: 'nav.ledgers' } },
  { path: 'ledgers/:kind/import', name: 'import-new', component: () => import('./imports/UploadPage.vue'), meta: { title: 'nav.imports' } },
  { path: 'imports', name: 'imports', component: () => import('./imports/ImportsPage.vue'), meta: { title: 'nav.imports' } },
  { path: 'imports/:id', name: 'import', component: () => import('./imports/ImportPage.vue'), meta: { title: 'nav.imports' } },
  { path: 'ledgers/:kind/:id', name: 'record', component: () => import('./ledgers/RecordPage.vue'), meta: { title: 'nav.ledgers' } },
  { path: 'messages', name: 'messages', component: () => import('./messages/MessagesPage.vue'), meta: { title: 'nav.messages' } },
  { path: 'admin/users', name: 'users', component: () => import('./admin/UsersPage.vue'), meta: { title: 'nav.users' } },
  { path: 'admin/users/:id', name: 'user', component: () => import('./admin/UserPage.vue'), props: true, meta: { title: 'nav.users' } },
  { path: 'admin/roles', name: 'roles', component: () => import('./admin/RolesPage.vue'), meta: { title: 'nav.roles' } },
  { path: 'admin/configuration', name: 'configuration', component: () => import('./admin/ConfigurationPage.vue'), meta: { title: 'nav.configuration' } },
  { path: 'admin/trace', name: 'trace', component: () => import('./admin/TracePage.vue'), meta: { title: 'nav.trace' } },
  { path: 'admin/rule-templates', name: 'rule-templates', component: () => import('./templates/TemplatesPage.vue'), meta: { title: 'template.title' } },
  { path: 'admin/devices', name: 'devices', component: () => import('./admin/DevicesPage.vue'), meta: { title: 'nav.devices' } },
  { path: 'messages/new', name: 'message-new', component: () => import('./messages/MessageCompose.vue'), meta: { title: 'nav.compose' } },
  { path: 'messages/:id', name: 'message', component: () => import('./messages/MessagePage.vue'), meta: { title: 'nav.message' } },
  { path: 'drills', name: 'drills', component: () => import('./drills/DrillList.vue'), meta: { title: 'nav.drills' } },
  { path: 'drills/new', name: 'drill-new', component: () => import('./drills/DrillStart.vue'), meta: { title: 'nav.drill' } },
  { path: 'drills/:id', name: 'drill', component: () => import('./drills/DrillPage.vue'), meta: { title: 'nav.drill' } },
  { path: 'timeliness', name: 'timeliness', component: () => import('./timeliness/TimelinessPage.vue'), meta: { title: 'nav.timeliness' } },
  { path: 'processes/:name?', name: 'processes', component: () => import('./processes/ProcessesPage.vue'), meta: { title: 'nav.processes' } },
  { path: 'devices/online-rate', name: 'online-rate', component: () => import('./devices/OnlineRatePage.vue'), meta: { title: 'online.title' } },
  { path: 'vehicles', name: 'vehicles', component: () => import('./vehicles/FleetPage.vue'), meta: { title: 'driving.fleet_title' } },
  { path: 'vehicles/:id/track', name: 'vehicle-track', component: () => import('./vehicles/TrackPage.vue'), meta: { title: 'driving.title' } },
  { path: 'devices/:id', name: 'device', component: () => import('./series/DevicePage.vue'), meta: { title: 'nav.device' } },
  { path: 'admin/sources', name: 'sources', component: () => import('./admin/SourcesPage.vue'), meta: { title: 'nav.sources' } },
  { path: 'admin/set-aside', name: 'set-aside', component: () => import('./admin/SetAsidePage.vue'), meta: { title: 'nav.set_aside' } },
  { path: 'walls/:name?', name: 'walls', component: () => import('./wall/WallControl.vue'), meta: { title: 'nav.wall' } },
  { path: 'account', name: 'account', component: () => import('./session/AccountPage.vue'), meta: { title: 'nav.account' } },
  { path: 'design', name: 'design', component: () => import('./design/DesignPage.vue'), meta: { title: 'nav.design' } },
  { path: ':rest(.*)*', name: 'nowhere', component: () => import('./shell/NowherePage.vue'), meta: { title: 'nav.nowhere' } },
]

export const router = createRouter({
  history: createWebHistory(),
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
  routes: [
    { path: '/sign-in', name: 'sign-in', component: () => import('./session/SignInPage.vue'), meta: { open: true, title: 'signin.title' } },
    { path: '/screen/:name?', name: 'screen', component: () => import('./wall/WaitingPage.vue'), meta: { open: true, title: 'nav.wall' } },
    { path: '/wall/:name?', name: 'wall', component: () => import('./wall/WallPage.vue'), meta: { title: 'nav.wall' } },
    { path: '/m', name: 'phone', component: () => import('./phone/PhonePage.vue'), meta: { title: 'nav.phone' } },
    { path: '/print/ledgers/:kind', name: 'ledger-print', component: () => import('./ledgers/PrintPage.vue'), props: true, meta: { title: 'nav.ledgers' } },
    { path: '/', component: () => import('./shell/AppShell.vue'), children: pages },
  ],
})

router.beforeEach(async (to) => {
  const session = useSession()
  while (!session.loaded) {
    await session.load()
    if (!session.loaded) await new Promise((resolve) => setTimeout(resolve, 2000))
  }
  const ready = session.session !== null && !session.session.user.must_change_password
  // A wall has no keyboard to sign in with: it shows a code instead.
  if (to.name === 'wall' && session.session === null) return { name: 'screen', params: to.params }
  if (session.session?.screen && to.name !== 'wall') return { name: 'wall' }
  if (!to.meta.open && !ready) return { name: 'sign-in', query: to.fullPath === '/' ? {} : { to: to.fullPath } }
  if (to.name === 'sign-in' && ready) return typeof to.query.to === 'string' && to.query.to.startsWith('/') ? to.query.to : '/'
  return true
})
