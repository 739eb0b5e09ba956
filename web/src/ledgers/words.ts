/** Names of columns and filters as people read them. */
import { useI18n } from 'vue-i18n'
import type { Filter } from '@/api/records'
import type { Kind } from '@/api/types'
import { textOf } from '@/ui/bilingual'
import { timeToDay, type FilterField } from './filters'

export function useWords() {
  const { t } = useI18n()
  function columnTitle(kind: Kind, name: string): string {
    const own = kind.fields.find((field) => field.name === name)
    return own ? textOf(own.title) : t(`ledger.column.${name}`)
  }
  function fieldTitle(field: FilterField): string {
    return field.title ? textOf(field.title) : t(`ledger.column.${field.name}`)
  }
  function opText(filter: Filter, field: FilterField | undefined): string {
    if (field?.type === 'date' || field?.type === 'time') return t(`op.day_${filter.op}`)
    if (field?.type === 'list') return t('op.like')
    if (filter.op === 'in' && Array.isArray(filter.value) && filter.value.length === 1) return t('op.eq')
    return t(`op.${filter.op}`)
  }
  function valueText(filter: Filter, field: FilterField | undefined): string {
    const one = (value: string | number | boolean): string => {
      if (field?.type === 'boolean') return t(String(value) === 'true' ? 'value.yes' : 'value.no')
      if (field?.type === 'time') return timeToDay(String(value))
      const option = field?.options.find((each) => each.value === String(value))
      return option ? textOf(option) : String(value)
    }
    const values = Array.isArray(filter.value) ? filter.value : [filter.value]
    return values.map(one).join(t('ledger.or')) + (field?.unit ? ` ${field.unit}` : '')
  }
  return { columnTitle, fieldTitle, opText, valueText }
}
