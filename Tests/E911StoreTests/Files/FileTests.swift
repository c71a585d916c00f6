#if Daemon
    import Foundation
    import Glibc
    import Synchronization
    import Testing

    @testable import E911Store

    @Suite struct FileTests {
        /// RFC 3720 section B.4.
        @Test(
            arguments: [
                ([UInt8](repeating: 0, count: 32), 0x8a91_36aa), ([UInt8](repeating: 255, count: 32), 0x62a8_ab43),
                (Array(0...31), 0x46dd_794e), ((0...31).reversed(), 0x113f_db5c),
                (Array("123456789".utf8), 0xe306_9283), ([], 0),
            ] as [([UInt8], UInt32)])
        func checksumIsThatOfTheRFC(octets: [UInt8], sum: UInt32) {
            #expect(CRC32C.of(octets) == sum)
        }

        @Test func aSecondOwnerIsRefusedWithTheProcessOfTheFirst() throws {
            let folder = try TemporaryFolder()
            let lock = try StateLock(folder: folder.path)
            let error = #expect(throws: StoreError.self) { try StateLock(folder: folder.path) }
            #expect(error?.code == .owned)
            #expect(error?.reason == "\(folder.path) is in use by the e911d with process id \(getpid())")
            withExtendedLifetime(lock) {}
        }

        @Test func theLockGoesWithItsOwner() throws {
            let folder = try TemporaryFolder()
            do { _ = try StateLock(folder: folder.path) }
            #expect(throws: Never.self) { try StateLock(folder: folder.path) }
        }

        /// A command that looks into the folder keeps no start from having it.
        @Test func aLockIsWaitedForWithPatience() throws {
            let folder = try TemporaryFolder()
            let lock = Mutex<StateLock?>(try StateLock(folder: folder.path))
            Thread.detachNewThread { lock.withLock { $0 = nil } }
            #expect(throws: Never.self) { try StateLock(folder: folder.path, patience: .seconds(30)) }
        }

        /// restore puts another folder in the place of the one whose lock somebody waits for.
        @Test func whoWaitsHasTheLockOfTheFolderThatHasTheNameThen() throws {
            let (folder, aside) = (try TemporaryFolder(), try TemporaryFolder())
            let (state, old) = (folder.path + "/state", aside.path + "/old")
            try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: false)
            let lock = Mutex<StateLock?>(try StateLock(folder: state))
            let waiting = Mutex<StateLock?>(nil)
            let thread = DedicatedThread(name: "waits") {
                let taken = try? StateLock(folder: state, patience: .seconds(30))
                waiting.withLock { $0 = taken }
            }
            // The owner's and that of the one who waits.
            let paths = { (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? [] }
            while paths().count(where: {
                (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")) == state + "/lock"
            }) < 2 {
                sched_yield()
            }
            try FileManager.default.moveItem(atPath: state, toPath: old)
            try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: false)
            lock.withLock { $0 = nil }
            thread.join()
            #expect(waiting.withLock { $0 != nil })
            let error = #expect(throws: StoreError.self) { try StateLock(folder: state) }
            #expect(error?.code == .owned)
            #expect(throws: Never.self) { try StateLock(folder: old) }
            waiting.withLock { $0 = nil }
        }

        /// `/dev/full` takes a lock and no octet.
        @Test func aFullDiskDoesNotRefuseTheFolder() throws {
            let folder = try TemporaryFolder()
            try #require(symlink("/dev/full", folder.path + "/lock") == 0)
            #expect(throws: Never.self) { try StateLock(folder: folder.path) }
        }

        @Test func theNextOwnersProcessReplacesTheOneBefore() throws {
            let folder = try TemporaryFolder()
            try folder.write(Array("4194304\n".utf8), to: "lock")
            do { _ = try StateLock(folder: folder.path) }
            let written = String(decoding: try folder.contents(of: "lock"), as: UTF8.self)
            #expect(written.trimmingCharacters(in: .whitespacesAndNewlines) == "\(getpid())")
        }

        @Test func errorsNameThePathAndTheReason() {
            let error = #expect(throws: StoreError.self) { try StateLock(folder: "/nonexistent") }
            #expect(error?.reason == "cannot open /nonexistent/lock: No such file or directory")
        }
    }
#endif
