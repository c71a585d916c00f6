#if Daemon
    import E911Service
    import E911Values
    import GRDB
    import Testing

    @testable import E911Store

    /// A database that another process holds never loses what was given to the store.
    @Suite(.enabled(if: LockHolder.isInstalled, "needs \(LockHolder.tool)")) struct LockedStoreTests {
        let folder: TemporaryFolder
        let reports = Reports<StoreEvent>()

        init() throws { folder = try TemporaryFolder() }

        var calls: String { folder.path + "/calls.db" }

        func store() -> SQLiteStore {
            var settings = StoreSettings()
            settings.lockTimeout = .milliseconds(5)
            settings.retryInterval = .milliseconds(5)
            settings.openInterval = .milliseconds(5)
            settings.closingTime = .milliseconds(50)
            return SQLiteStore(folder: folder.path, settings: settings, now: { Sample.key(0).time }) { [reports] in
                reports($0)
            }
        }

        @Test func whatWaitsForALockIsCommittedInOrderWhenItGoes() throws {
            let store = store()
            _ = try reports.wait { $0.loadedFeeds.count == 2 }
            let holder = try LockHolder(calls, "BEGIN IMMEDIATE;")
            var batches = Batches()
            for number in 1...20 as ClosedRange<UInt64> {
                let outcome: CallRecord.Outcome = number % 2 == 0 ? .acknowledged : .answered
                store.persist(
                    batches.batch(calls: [Sample.call((number + 1) / 2, outcome: outcome)]),
                    token: PersistToken(rawValue: number))
            }
            let whileLocked = try reports.wait { !$0.failures.isEmpty }
            #expect(whileLocked.persisted.isEmpty)
            #expect(whileLocked.failures.map(\.feed) == [.calls])
            #expect(whileLocked.failures.first?.reason == "SQLite error 5: database is locked")
            try holder.release()
            let events = try reports.wait { $0.persisted.count == 20 }
            #expect(events.persisted == (1...20).map { PersistToken(rawValue: $0) })
            #expect(events.failures.isEmpty, "told once")
            #expect(events.recoveries == [.calls])
            #expect(try store.changes(in: .calls, since: [], limit: 100).count == 10)
            store.close()
        }

        @Test func theOtherFileGoesOnWhileOneIsLocked() throws {
            let store = store()
            _ = try reports.wait { $0.loadedFeeds.count == 2 }
            let holder = try LockHolder(folder.path + "/site.db", "BEGIN IMMEDIATE;")
            var batches = Batches()
            store.persist(batches.batch(devices: (1...100).map { Sample.device($0) }), token: 1)
            store.persist(batches.batch(calls: [Sample.call(1)]), token: 2)
            _ = try reports.wait { $0.persisted == [2] }
            try holder.release()
            _ = try reports.wait { $0.persisted == [1] }
            store.close()
        }

        @Test func aFileThatIsHeldAtTheStartIsOpenedWhenItIsFree() throws {
            let first = store()
            _ = try reports.wait { $0.loadedFeeds.count == 2 }
            var batches = Batches()
            first.persist(batches.batch(calls: [Sample.call(1)]), token: 1)
            _ = try reports.wait { $0.persisted == [1] }
            first.close()

            let holder = try LockHolder(calls, "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;")
            let second = store()
            second.persist(batches.batch(calls: [Sample.call(2)]), token: 2)
            let whileHeld = try reports.wait { !$0.failures.isEmpty && $0.loadedFeeds == [.site] }
            #expect(whileHeld.persisted.isEmpty)
            #expect(throws: StoreError.self) { try second.known([Sample.key(1)]) }
            try holder.release()
            let events = try reports.wait { $0.persisted == [2] }
            for case .loaded(_, let state) in events {
                #expect(state.calls == [Sample.call(1)], "as it was before anything was written")
            }
            #expect(events.recoveries == [.calls])
            #expect(try second.known([Sample.key(1), Sample.key(2)]).count == 2)
            second.close()
        }

        @Test func closingGivesUpAfterItsTimeAndSaysWhatIsLeft() throws {
            let store = store()
            _ = try reports.wait { $0.loadedFeeds.count == 2 }
            let holder = try LockHolder(calls, "BEGIN IMMEDIATE;")
            var batches = Batches()
            store.persist(batches.batch(calls: [Sample.call(1)]), token: 1)
            store.close()
            let events = try reports.wait { !$0.rejected.isEmpty }
            #expect(events.rejected.map(\.token) == [1])
            #expect(events.rejected.first?.reason == "SQLite error 5: database is locked")
            try holder.release()
        }
    }

    @Suite struct CommitFailureTests {
        @Test(arguments: [ResultCode.SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_FULL])
        func aLockOrAFullDiskIsWaitedFor(code: ResultCode) {
            let failure = CommitFailure(DatabaseError(resultCode: code, message: "no room"))
            #expect(failure == .transient("SQLite error \(code.rawValue): no room"))
        }

        @Test(arguments: [ResultCode.SQLITE_CONSTRAINT, .SQLITE_TOOBIG, .SQLITE_MISMATCH, .SQLITE_RANGE])
        func aRowThatNeverFitsIsRejected(code: ResultCode) {
            let failure = CommitFailure(DatabaseError(resultCode: code, message: "no"))
            #expect(failure == .rejected("SQLite error \(code.rawValue): no"))
        }

        @Test(arguments: [ResultCode.SQLITE_IOERR, .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_CANTOPEN, .SQLITE_ERROR])
        func anythingElseOpensTheFileAnew(code: ResultCode) {
            let failure = CommitFailure(DatabaseError(resultCode: code, message: "bad"))
            #expect(failure == .broken("SQLite error \(code.rawValue): bad"))
        }

        @Test func argumentsStayOutOfTheReason() {
            let error = DatabaseError(
                resultCode: .SQLITE_IOERR, message: "bad", sql: "INSERT INTO call VALUES (?)",
                arguments: ["+13125550103"])
            #expect(CommitFailure(error).reason == "SQLite error 10: bad")
        }

        @Test func aSiteThatIsNoJSONIsRejected() {
            #expect(CommitFailure(StoreError(.damaged, "no")) == .rejected("no"))
        }
    }
#endif
