// A hundred thousand invented enterprises, as a workbook with the columns of the platform's own template.

import { workbook } from '../tests/support/workbook.mjs'

const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY'
const WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]
const PLACES = [['640181000000', 106.34, 38.1], ['640221000000', 106.54, 38.9], ['640205000000', 106.7, 39.2], ['640105000000', 106.11, 38.49], ['640106000000', 106.22, 38.47], ['640323000000', 107.0, 37.7], ['640502000000', 105.2, 37.5]]
const GRADES = ['none', 'none', 'none', 'none', 'grade_4', 'grade_4', 'grade_3', 'grade_2', 'grade_1', 'none']
const INDUSTRIES = ['gas', 'coal_mine', 'metallurgy', 'coal_mine', 'industry_trade', 'industry_trade']
const WORDS = ['宁东', '煤化', '新材料', '精细', '氯碱', '气体', '冶金', '建材', '仓储', '物流', '食品', '机械', '电力', '矿业', '装备']

/** A unified social credit code with its check character; the subject part says that it is invented. */
export function creditCode(division, number) {
  const body = `91${division.slice(0, 6)}XX${number.toString().padStart(7, '0')}`
  const sum = [...body].reduce((total, letter, at) => total + ALPHABET.indexOf(letter) * WEIGHTS[at], 0)
  return body + ALPHABET[(31 - (sum % 31)) % 31]
}

/** Noise that is the same every time. */
function noise(seed) {
  let state = seed
  return () => {
    state = (state * 1664525 + 1013904223) % 2 ** 32
    return state / 2 ** 32
  }
}

/** One value of an enterprise, by the heading of its column. */
function cells(number, random) {
  const [division, lon, lat] = PLACES[number % PLACES.length]
  const word = WORDS[Math.floor(random() * WORDS.length)] + WORDS[Math.floor(random() * WORDS.length)]
  const values = [
    [/信用代码/, creditCode(division, number)], [/区划/, division], [/所属/, ''], [/编码/, `BENCH-${number}`], [/名称/, `示例${word}第${number}有限公司`],
    [/经度/, (lon + (random() - 0.5) * 0.05).toFixed(5)], [/纬度/, (lat + (random() - 0.5) * 0.05).toFixed(5)], [/行业/, INDUSTRIES[number % 23] ?? 'hazardous_chemicals'], [/地址/, `示例路${number}号（虚构地址）`],
    [/联系人/, '示例·李经理'], [/电话/, '0951-0000066'], [/重大危险源/, GRADES[number % 10]], [/人数/, number % 8 === 0 ? '' : String(Math.floor(random() * 900) + 10)], [/风险/, ['low', 'general', 'relatively_large', 'major'][number % 4]],
  ]
  return (heading) => values.find(([pattern]) => pattern.test(heading))?.[1] ?? ''
}

/** The workbook, with the columns of the platform's template. */
export function enterpriseWorkbook(heading, count) {
  const random = noise(20260101)
  const rows = Array.from({ length: count }, (_, number) => {
    const value = cells(number + 1, random)
    return heading.map(value)
  })
  return workbook([heading, ...rows])
}
