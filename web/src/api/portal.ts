import { request } from './request'
import type { Overview } from './types'

export const portalApi = { overview: () => request<Overview>('/overview') }
