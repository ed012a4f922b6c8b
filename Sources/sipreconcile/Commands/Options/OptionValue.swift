import ArgumentParser

/// Reads an option's value, and says what is allowed where it is not.
enum OptionValue {
  static func read<Value: ExpressibleByArgument>(_ text: String, _ rule: String) throws -> Value {
    guard let value = Value(argument: text) else { throw ValidationError(rule) }
    return value
  }
}
