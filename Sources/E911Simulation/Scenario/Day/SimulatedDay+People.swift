import E911Values
import SIPCore

/// What people do.
extension SimulatedDay {
    struct PhoneState {
        /// Its call, move or absence has not ended.
        var isBusy = false
        var number = ""
        /// When its owner dialled, first and last.
        var dialledAt = MonotonicTime.zero
        var redialledAt = MonotonicTime.zero
        /// Whether somebody tries to reach a gateway, and dials again if that fails.
        var isTrying = false
        /// The call that it dialled last was answered by a gateway.
        var wasAnswered = false
        /// Somebody is late: says so once.
        var isOverdue = false
    }

    /// Longer than an INVITE of which one side was lost needs to fail, twice, and to be tried elsewhere.
    private static let reachLimit: Duration = .seconds(150)
    /// How long a caller waits for an answer before he dials again.
    private static let patience: Duration = .seconds(25)

    func dial(_ phone: Int, _ number: String, lasts: Duration, isCalledBack: Bool) {
        guard !phones[phone].isBusy else {
            return world.schedule(after: .seconds(5)) { [unowned self] in
                dial(phone, number, lasts: lasts, isCalledBack: isCalledBack)
            }
        }
        let isShort = lasts < .seconds(1)
        phones[phone] = PhoneState()
        phones[phone].isBusy = true
        phones[phone].number = number
        phones[phone].dialledAt = world.now.monotonic
        phones[phone].isTrying = !isShort
        ledger.begin(phone)
        strikeByWhatIsAtWork(phone)
        dialAgain(phone)
        world.schedule(after: lasts) { [unowned self] in
            isShort ? giveUp(phone) : hangUp(phone, isCalledBack: isCalledBack)
        }
    }

    private func dialAgain(_ phone: Int) {
        phones[phone].redialledAt = world.now.monotonic
        site.phones[phone].command(.call(phones[phone].number))
    }

    /// Hangs up before anybody can have answered.
    private func giveUp(_ phone: Int) {
        site.phones[phone].command(.hangUp)
        // Whatever the network does, the call is over when both transactions of it are.
        world.schedule(after: .seconds(70)) { [unowned self] in end(phone) }
    }

    /// Hangs up, but not before somebody answered.
    private func hangUp(_ phone: Int, isCalledBack: Bool) {
        let now = world.now.monotonic
        guard phones[phone].wasAnswered else {
            let since = max(phones[phone].dialledAt, calmAt)
            if now - since > Self.reachLimit, !phones[phone].isOverdue {
                phones[phone].isOverdue = true
                findings.add(
                    .reach,
                    "the call of \(SimulatedSite.user(phone)) at \(milliseconds(phones[phone].dialledAt)) ms "
                        + "was answered by no gateway", at: world.now)
            }
            if phones[phone].isOverdue { return end(phone) }
            if now - phones[phone].redialledAt > Self.patience {
                // What becomes of it makes him dial again.
                site.phones[phone].command(.hangUp)
                phones[phone].redialledAt = now + .seconds(60)
            }
            return world.schedule(after: .seconds(2)) { [unowned self] in hangUp(phone, isCalledBack: isCalledBack) }
        }
        phones[phone].isTrying = false
        site.phones[phone].command(.hangUp)
        world.schedule(after: .seconds(3)) { [unowned self] in
            if isCalledBack { callBack(phone) }
            world.schedule(after: .seconds(isCalledBack ? 15 : 0)) { [unowned self] in end(phone) }
        }
    }

    private func end(_ phone: Int) {
        ledger.end(phone)
        phones[phone].isTrying = false
        phones[phone].isBusy = false
    }

    private func milliseconds(_ time: MonotonicTime) -> Int64 { time.nanoseconds / 1_000_000 }

    /// A public safety answering point calls the number that it saw.
    private func callBack(_ phone: Int) {
        let caller = SimulatedSite.user(phone)
        let call = site.gateway.machine.model.received.last { $0.from == caller }
        guard let elin = call?.assertedIdentity.flatMap({ TelephoneNumber($0) }), let number = elin.tenDigits else {
            return
        }
        report.callbacks += 1
        site.gateway.command(.callBack(number, psapCallback: generator.chance(0.5)))
        site.gateway.command(.hangUp(number), after: .seconds(10))
    }

    func move(_ phone: Int, to floor: Int) {
        guard !phones[phone].isBusy else {
            return world.schedule(after: .seconds(5)) { [unowned self] in move(phone, to: floor) }
        }
        phones[phone].isBusy = true
        report.moves += 1
        site.phones[phone].command(.move(to: SimulatedSite.phone(phone, floor: floor)))
        world.schedule(after: .seconds(20)) { [unowned self] in phones[phone].isBusy = false }
    }

    func leave(_ phone: Int, for duration: Duration, calls: Bool) {
        guard !phones[phone].isBusy else {
            return world.schedule(after: .seconds(5)) { [unowned self] in leave(phone, for: duration, calls: calls) }
        }
        phones[phone].isBusy = true
        report.absences += 1
        site.phones[phone].command(.unregister)
        site.phones[phone].command(.register, after: duration)
        world.schedule(after: calls ? .seconds(8) : duration + .seconds(10)) { [unowned self] in
            phones[phone].isBusy = false
            if calls { dial(phone, "911", lasts: .seconds(10), isCalledBack: false) }
        }
    }

    func observe(_ call: CallEvent, of phone: Int) {
        switch call {
        case .answered:
            if phones[phone].isTrying { report.answered += 1 }
            phones[phone].wasAnswered = true
        case .accepted: report.returned += 1
        case .failed:
            guard phones[phone].isTrying, !phones[phone].wasAnswered else { return }
            report.redials += 1
            world.schedule(after: .seconds(2)) { [unowned self] in
                guard phones[phone].isTrying, !phones[phone].wasAnswered else { return }
                dialAgain(phone)
            }
        default: break
        }
    }
}
