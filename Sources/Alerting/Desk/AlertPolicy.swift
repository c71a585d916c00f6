/// Times and limits of alerting.
public struct AlertPolicy: Equatable, Sendable {
    /// Redials of one device this long after its last call join the open alert.
    public var coalescingWindow: Duration = .seconds(120)
    /// The first retry of a failed delivery; each further one waits twice as long, up to ``longestRetry``.
    public var firstRetry: Duration = .seconds(5)
    public var longestRetry: Duration = .seconds(300)
    /// A delivery that has not succeeded this long after its alert is given up, with an event.
    public var giveUpAfter: Duration = .seconds(86_400)
    /// After so many failed attempts the recipient's other channels are tried beside it.
    public var fallBackAfterAttempts: Int = 3
    /// A channel that has not answered by then is taken to have failed for now.
    public var attemptTimeout: Duration = .seconds(120)
    /// How long an alert waits for an acknowledgement before everybody is told again.
    public var reminderInterval: Duration = .seconds(300)
    /// How often, at most, unless the last step of the escalation comes later. 0 switches reminders and escalation off. Test calls get
    /// none.
    public var reminders: Int = 3
    /// With which reminder the first of the call server's escalation is told too; 1 is the first reminder.
    public var escalateWithReminder: Int = 2
    /// Deliveries that one channel works on at once; others wait in their order.
    public var inFlightPerChannel: Int = 64
    /// Alerts that may be open at once. Above that the oldest one whose messages have gone out gives up its reminders.
    public var openAlerts: Int = 10_000
    /// Alerts that may be in memory at all. Above that a new one is recorded and not delivered, with an event.
    public var alertLimit: Int = 100_000

    public init() {}
}
