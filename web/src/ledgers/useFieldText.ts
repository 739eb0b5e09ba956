/** Any part of a record as words: for differences, history, print. */
import { useI18n } from 'vue-i18n'
import type { Kind, LonLat } from '@/api/types'
import { textOf } from '@/ui/bilingual'
import { formatCoordinate } from '@/ui/time'
import { valueText } from './values'

export function useFieldText() {
  const { t } = useI18n()
  function fieldLabel(kind: Kind, field: string): string {
    const own = kind.fields.find((one) => `attributes.${one.name}` === field)
    return own ? textOf(own.title) : t(`ledger.column.${field}`)
  }
  function fieldText(kind: Kind, field: string, value: unknown): string {
    if (value === null || value === undefined || value === '') return '—'
    if (field === 'location') return formatCoordinate((value as LonLat).lon, (value as LonLat).lat)
    const own = kind.fields.find((one) => `attributes.${one.name}` === field)
    return own ? valueText(own, value, { yes: t('value.yes'), no: t('value.no') }, textOf) : String(value)
  }
  return { fieldLabel, fieldText }
}
