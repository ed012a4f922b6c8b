/// Reads the value of a Date header, such as `Sat, 13 Nov 2010 23:29:00 GMT` (RFC 3261, 20.17).
struct DateReader {
  /// Seconds since 1970.
  let seconds: Int64

  private static let months = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
  ]

  /// Nil for anything but that form; the day of the week is not compared.
  init?(_ value: UnsafeRawBufferPointer) {
    let words = value.text.split(separator: " ")
    guard words.count == 6, words[0].hasSuffix(","), words[5].uppercased() == "GMT",
      let day = DateReader.number(words[1], 1...31, digits: 1...2),
      let month = DateReader.months.firstIndex(of: words[2].lowercased()),
      let year = DateReader.number(words[3], 1970...9999, digits: 4...4)
    else { return nil }
    let parts = words[4].split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 3, let hour = DateReader.number(parts[0], 0...23, digits: 2...2),
      let minute = DateReader.number(parts[1], 0...59, digits: 2...2),
      let second = DateReader.number(parts[2], 0...60, digits: 2...2)
    else { return nil }
    let days = DateReader.days(to: year, month: Int64(month + 1), day: day)
    seconds = days * 86_400 + hour * 3600 + minute * 60 + second
  }

  private static func number(
    _ text: Substring,
    _ allowed: ClosedRange<Int64>,
    digits: ClosedRange<Int>
  ) -> Int64? {
    guard digits.contains(text.utf8.count), text.utf8.allSatisfy({ 0x30...0x39 ~= $0 }),
      let number = Int64(text), allowed.contains(number)
    else { return nil }
    return number
  }

  /// The days from 1970-01-01; years begin in March so that a leap day comes last.
  private static func days(to year: Int64, month: Int64, day: Int64) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let era = shifted / 400
    let yearOfEra = shifted % 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }
}

extension MessageView {
  /// The Date, in seconds since 1970; nil if absent or malformed.
  package var date: Int64? { value(.date).flatMap { DateReader($0) }.map(\.seconds) }
}
