import { ElMessage } from 'element-plus'
import { i18n } from '@/i18n'
import { isProblem, NO_ANSWER, NO_CONNECTION } from '@/api/problem'

/** One line for the person: the server's own words where it gave some. */
export function problemText(error: unknown): string {
  const { t } = i18n.global
  if (!isProblem(error)) return error instanceof Error ? error.message : t('state.failed')
  if (error.code === NO_CONNECTION) return t('problem.no_connection')
  if (error.code === NO_ANSWER) return t('problem.no_answer')
  const fields = error.errors.map((one) => one.message).filter(Boolean).join('；')
  const parts = [error.detail || error.title, error.clause ? t('problem.clause', { clause: error.clause }) : '', fields]
  const text = parts.filter(Boolean).join(' ')
  return text || t('problem.status', { status: error.status, code: error.code })
}

export function showProblem(error: unknown): void {
  ElMessage({ type: 'error', message: problemText(error), duration: 6000, showClose: true, grouping: true })
}

export function showDone(message: string): void {
  ElMessage({ type: 'success', message, duration: 2500, grouping: true })
}
