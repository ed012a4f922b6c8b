/// The system's file notifications cannot be had; with its words.
public struct FileWatchError: Error, Sendable, Hashable, CustomStringConvertible {
  public var reason: String

  init(errno number: CInt) { reason = SystemWords.text(number) }

  public var description: String {
    "files cannot be watched (\(reason)): raise fs.inotify.max_user_instances, or reload with SIGHUP"
  }
}
