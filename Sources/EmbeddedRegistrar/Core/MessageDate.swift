import SIP

/// The value of a Date header (RFC 3261, 20.17), written anew once a second.
struct MessageDate: Sendable {
  /// The wall clock at `Instant` zero, in seconds since 1970.
  private let origin: Int64
  private var second = Int64.min
  private var text: [UInt8] = []

  init(origin: Int64) {
    self.origin = origin
    text.reserveCapacity(32)
  }

  /// Appends the date at an instant, such as `Sat, 13 Nov 2010 23:29:00 GMT`.
  mutating func append(at now: Instant, to bytes: inout [UInt8]) {
    let present = origin + now.nanoseconds / 1_000_000_000
    if present != second {
      second = present
      write(present)
    }
    bytes.append(contentsOf: text)
  }

  private static let days: [StaticString] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
  private static let months: [StaticString] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  private mutating func write(_ seconds: Int64) {
    let day = Int(seconds / 86_400)
    let time = UInt64(seconds % 86_400)
    let date = MessageDate.civil(day: day)
    text.removeAll(keepingCapacity: true)
    text.append(literal: MessageDate.days[day % 7])
    text.append(literal: ", ")
    appendTwo(UInt64(date.day))
    text.append(0x20)
    text.append(literal: MessageDate.months[date.month - 1])
    text.append(0x20)
    text.append(decimal: UInt64(date.year))
    text.append(0x20)
    appendTwo(time / 3600)
    text.append(UInt8(ascii: ":"))
    appendTwo(time / 60 % 60)
    text.append(UInt8(ascii: ":"))
    appendTwo(time % 60)
    text.append(literal: " GMT")
  }

  private mutating func appendTwo(_ number: UInt64) {
    text.append(UInt8(number / 10) + 0x30)
    text.append(UInt8(number % 10) + 0x30)
  }

  /// The Gregorian date of a day counted from 1970-01-01; years begin in March so that a leap day comes last.
  private static func civil(day: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = day + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let march = (5 * dayOfYear + 2) / 153
    let month = march < 10 ? march + 3 : march - 9
    return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * march + 2) / 5 + 1)
  }
}
