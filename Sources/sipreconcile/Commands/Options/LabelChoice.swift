import ArgumentParser

/// A label and its value, as an option's value: `site=berlin`.
struct LabelChoice: ExpressibleByArgument, Sendable, Equatable {
  static let rule = "it is a label and its value, such as site=berlin"

  var name: String
  var value: String

  init?(argument: String) {
    guard let equals = argument.firstIndex(of: "="), equals != argument.startIndex else { return nil }
    name = String(argument[..<equals])
    value = String(argument[argument.index(after: equals)...])
  }

  var defaultValueDescription: String { "\(name)=\(value)" }
}
