#if canImport(Glibc)
  import Dispatch
  import Glibc
  import Synchronization

  /// Tells that one of a set of files may have changed, over the folders that lead to them (inotify).
  ///
  /// It says neither which nor how: whoever listens reads the files again and compares.
  package final class FileWatcher: Sendable {
    /// One element for any number of changes since the last one was taken.
    package let changes: AsyncStream<Void>
    private let sink: AsyncStream<Void>.Continuation
    private let descriptor: CInt
    // A dispatch source may be used from any thread; only the overlay of this platform does not say so.
    nonisolated(unsafe) private let source: any DispatchSourceRead
    private let watches = Mutex(Watches())

    private struct Watches {
      var places = WatchedPlaces(of: [])
      var paths: Set<String> = []
      var folders: [CInt: String] = [:]
    }

    private static let mask = UInt32(
      IN_CLOSE_WRITE | IN_MODIFY | IN_ATTRIB | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO
        | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR
    )

    package init() throws(FileWatchError) {
      descriptor = inotify_init1(CInt(IN_NONBLOCK) | CInt(IN_CLOEXEC))
      guard descriptor >= 0 else { throw FileWatchError(errno: errno) }
      (changes, sink) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
      let descriptor = descriptor
      source = DispatchSource.makeReadSource(
        fileDescriptor: descriptor,
        queue: DispatchQueue(label: "sipreconcile.files")
      )
      source.setCancelHandler { close(descriptor) }
      source.setEventHandler { [weak self] in self?.readEvents() }
      source.activate()
    }

    deinit {
      source.cancel()
      sink.finish()
    }

    /// Watches these files, absolute paths, in place of those before.
    package func watch(_ paths: some Sequence<String>) {
      watches.withLock { watches in
        watches.paths = Set(paths)
        renew(&watches)
      }
    }

    /// Finds the folders anew, for links and folders come and go.
    private func renew(_ watches: inout Watches) {
      let places = WatchedPlaces(of: watches.paths)
      let isSame = places == watches.places && places.names.count == watches.folders.count
      guard !isSame else { return }
      var kept: [CInt: String] = [:]
      for folder in places.names.keys {
        // A folder that is watched already keeps its number; one that vanished is told of by its parent.
        let watch = inotify_add_watch(descriptor, folder, FileWatcher.mask)
        if watch >= 0 { kept[watch] = folder }
      }
      for watch in watches.folders.keys where kept[watch] == nil { inotify_rm_watch(descriptor, watch) }
      watches.folders = kept
      watches.places = places
    }

    private func readEvents() {
      var buffer = [UInt8](repeating: 0, count: 65_536)
      var isOurs = false
      while true {
        let count = read(descriptor, &buffer, buffer.count)
        guard count > 0 else { break }
        if holdsOurs(buffer.prefix(count)) { isOurs = true }
      }
      guard isOurs else { return }
      watches.withLock { watches in renew(&watches) }
      sink.yield()
    }

    private func holdsOurs(_ bytes: ArraySlice<UInt8>) -> Bool {
      watches.withLock { watches in
        bytes.withUnsafeBytes { buffer in
          var offset = 0
          let size = MemoryLayout<inotify_event>.size
          while offset + size <= buffer.count {
            let event = buffer.loadUnaligned(fromByteOffset: offset, as: inotify_event.self)
            let name = buffer[(offset + size)..<min(buffer.count, offset + size + Int(event.len))]
            offset += size + Int(event.len)
            if FileWatcher.isOurs(event, String(decoding: name.prefix { $0 != 0 }, as: UTF8.self), watches) {
              return true
            }
          }
          return false
        }
      }
    }

    /// True for an event of one of our names, of a folder itself, and where events were lost.
    private static func isOurs(_ event: inotify_event, _ name: String, _ watches: Watches) -> Bool {
      if event.mask & UInt32(IN_Q_OVERFLOW) != 0 { return true }
      guard let folder = watches.folders[event.wd] else { return false }
      return name.isEmpty || watches.places.holds(name, in: folder)
    }
  }
#elseif canImport(Darwin)
  import Darwin
  import Dispatch
  import Synchronization

  /// Tells that one of a set of files may have changed, over the folders that lead to them (kqueue).
  ///
  /// It says neither which nor how: whoever listens reads the files again and compares.
  package final class FileWatcher: Sendable {
    /// One element for any number of changes since the last one was taken.
    package let changes: AsyncStream<Void>
    private let sink: AsyncStream<Void>.Continuation
    private let queue = DispatchQueue(label: "sipreconcile.files")
    private let sources = Mutex<[any DispatchSourceFileSystemObject]>([])
    private let paths = Mutex<Set<String>>([])

    package init() throws(FileWatchError) {
      (changes, sink) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    deinit {
      sources.withLock { sources in sources.forEach { $0.cancel() } }
      sink.finish()
    }

    /// Watches these files, absolute paths, in place of those before.
    package func watch(_ paths: some Sequence<String>) {
      let paths = Set(paths)
      self.paths.withLock { $0 = paths }
      renew()
    }

    private func renew() {
      let paths = paths.withLock { $0 }
      let watched = Set(WatchedPlaces(of: paths).names.keys).union(paths)
      let fresh = watched.compactMap(source)
      sources.withLock { sources in
        sources.forEach { $0.cancel() }
        sources = fresh
      }
    }

    private func source(of path: String) -> (any DispatchSourceFileSystemObject)? {
      let descriptor = open(path, O_EVTONLY | O_CLOEXEC)
      guard descriptor >= 0 else { return nil }
      let source = DispatchSource.makeFileSystemObjectSource(
        fileDescriptor: descriptor,
        eventMask: [.write, .delete, .rename, .extend, .attrib],
        queue: queue
      )
      source.setCancelHandler { close(descriptor) }
      source.setEventHandler { [weak self] in
        self?.renew()
        self?.sink.yield()
      }
      source.activate()
      return source
    }
  }
#endif
