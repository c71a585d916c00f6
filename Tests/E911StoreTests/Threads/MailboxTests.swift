#if Daemon
    import Dispatch
    import Testing

    @testable import E911Store

    @Suite struct MailboxTests {
        @Test func whatHasComeIsTakenTogetherAndInOrder() {
            let mailbox = Mailbox<Int>()
            for number in 1...3 { mailbox.post(number) }
            #expect(mailbox.take() == [1, 2, 3])
            #expect(mailbox.take(until: .now()) == [])
        }

        @Test func aFullOrClosedMailboxTakesNothing() {
            let mailbox = Mailbox<Int>()
            #expect(mailbox.post(1, limit: 1))
            #expect(!mailbox.post(2, limit: 1))
            mailbox.close()
            #expect(!mailbox.post(3))
            #expect(mailbox.take() == [1])
            #expect(mailbox.take() == nil)
        }

        @Test func aWaitEndsAtItsDeadlineAndNotBefore() {
            let mailbox = Mailbox<Int>()
            let deadline = DispatchTime.now() + .milliseconds(30)
            #expect(mailbox.take(until: deadline) == [])
            #expect(DispatchTime.now() >= deadline)
            #expect(Monitor(false).wait(until: deadline + .milliseconds(5)) { $0 ? true : nil } == nil)
            #expect(DispatchTime.now() >= deadline + .milliseconds(5))
        }

        @Test func everyItemOfManyPostersArrives() {
            let mailbox = Mailbox<Int>()
            let posters = (0..<4).map { poster in
                DedicatedThread(name: "poster") { for number in 0..<5000 { mailbox.post(poster * 5000 + number) } }
            }
            var all: [Int] = []
            while all.count < 20_000, let more = mailbox.take(until: .now() + 20), !more.isEmpty { all += more }
            #expect(all.sorted() == Array(0..<20_000))
            for poster in posters { poster.join() }
        }

        @Test func aThreadThatDoesNotEndIsNotWaitedForLongerThanSaid() {
            let mailbox = Mailbox<Int>()
            let thread = DedicatedThread(name: "waiting") { _ = mailbox.take() }
            #expect(!thread.join(within: .milliseconds(5)))
            mailbox.close()
            #expect(thread.join(within: .seconds(20)))
            #expect(thread.join(), "again")
        }
    }
#endif
