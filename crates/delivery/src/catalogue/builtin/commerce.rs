//! What shops and phone systems state: calls, orders, payments, campaigns, customers.

use kernel::Right;

use super::{Field, Row, may, need};
use crate::catalogue::field::FieldKind::{Boolean, Datetime, Email, Integer, Money, Phone, Reference, Text, Url};

const CALL_ID: Field = need("call_id", Reference, "The call in your system.", "call-9001");
const CALL_FROM: Field = may("from_number", Text, "Who calls.", "+254712345678");
const CALL_TO: Field = may("to_number", Text, "Who is called.", "+254203333444");
const AGENT: Field = may("agent_name", Text, "Who answers, a person or a voice assistant.", "Achieng Were");
const CALLER_NAME: Field = may("customer_name", Text, "What the caller is called.", "Wanjiru Kamau");

const ORDER_ID: Field = need("order_id", Reference, "The order in your system.", "7001");
const ORDER_NUMBER: Field = may("order_number", Reference, "The number that the customer sees.", "SO-7001");
const PAYMENT_ID: Field = need("payment_id", Reference, "The payment in your system.", "555");
const AMOUNT: Field = may("amount", Money, "How much.", "2450.00");
const TOTAL: Field = may("total_amount", Money, "What the order costs.", "2450.00");
const CURRENCY: Field = may("currency", Text, "ISO 4217 code of the amounts; the business's own when absent.", "KES");
const METHOD: Field = may("payment_method", Text, "How it is paid.", "M-Pesa");
const REASON: Field = may("reason", Text, "Why.", "The customer asked for it");
const CUSTOMER_NAME: Field = may("customer_name", Text, "What the customer is called.", "Wanjiru Kamau");
const CUSTOMER_EMAIL: Field = may("customer_email", Email, "Where the customer reads mail.", "wanjiru@example.com");
const CUSTOMER_PHONE: Field = may("customer_phone", Phone, "The customer's phone, with country code.", "+254712345678");
const CAMPAIGN_ID: Field = need("campaign_id", Reference, "The campaign in your system.", "12");
const CAMPAIGN_NAME: Field = may("campaign_name", Text, "What it is called.", "Rainy season offers");

const ORDER_PAID: Field = may("order_number", Reference, "What is paid for.", "SO-7001");

/// The fields of every call, and more.
macro_rules! call {
    ($($more:expr),* $(,)?) => { &[CALL_ID, CALL_FROM, CALL_TO, CALLER_NAME, AGENT, $($more),*] };
}
/// The fields of every order, and more.
macro_rules! order {
    ($($more:expr),* $(,)?) => {
        &[ORDER_ID, ORDER_NUMBER, TOTAL, CURRENCY, CUSTOMER_NAME, CUSTOMER_EMAIL, CUSTOMER_PHONE, $($more),*]
    };
}
/// The fields of every payment, and more.
macro_rules! payment {
    ($($more:expr),* $(,)?) => {
        &[PAYMENT_ID, AMOUNT, CURRENCY, METHOD, ORDER_PAID, CUSTOMER_NAME, CUSTOMER_EMAIL, CUSTOMER_PHONE, $($more),*]
    };
}
/// What is known of a customer.
const CUSTOMER: &[Field] = &[
    may("customerId", Reference, "The customer.", "cust_01ksm7hz4fe6vs2mqx5hcnqj7e"),
    may("name", Text, "What they are called.", "Wanjiru Kamau"),
    may("email", Email, "Where they read mail.", "wanjiru@example.com"),
    may("phone", Phone, "Their phone, with country code.", "+254712345678"),
    may("isGuest", Boolean, "Whether they have no password.", "false"),
];

const TO_CUSTOMER: &[&str] = &["customer_email", "customer_phone"];

pub(super) const ROWS: &[Row] = &[
    Row {
        name: "call.started",
        title: "Call started",
        category: "Calls",
        description: "A call began.",
        fields: call![may("started_at", Datetime, "When it began.", "2026-05-15T10:00:00Z"),],
        reaches: &[],
        users: &[],
        customers: &[],
        audience: None,
    },
    Row {
        name: "call.completed",
        title: "Call ended",
        category: "Calls",
        description: "A call ended.",
        fields: call![
            may("duration_seconds", Integer, "How long it took.", "184"),
            may("outcome", Text, "How it ended.", "Booked an appointment"),
            may("recording_url", Url, "Where it can be heard again.", "https://calls.example.com/9001"),
        ],
        reaches: &[],
        users: &[],
        customers: &[],
        audience: Some(Right::MessagesAll),
    },
    Row {
        name: "call.missed",
        title: "Missed call",
        category: "Calls",
        description: "Nobody answered a call.",
        fields: &[
            CALL_ID,
            CALL_FROM,
            CALL_TO,
            CALLER_NAME,
            may("called_at", Datetime, "When they called.", "2026-05-15T10:00:00Z"),
            may("callee_user_id", Reference, "Who was called, of this business.", "user_01ksm7hz4fe6vs2mqx5hcnqj7e"),
            may("callee_customer_id", Reference, "The customer who was called.", "cust_01ksm7hz4fe6vs2mqx5hcnqj7e"),
            may("customer_email", Email, "Where the caller reads mail; nothing is sent there.", "wanjiru@example.com"),
        ],
        // Whoever was called has missed it, and not the caller.
        reaches: &[],
        users: &["callee_user_id"],
        customers: &["callee_customer_id"],
        audience: Some(Right::MessagesAll),
    },
    Row {
        name: "call.transferred",
        title: "Call passed on",
        category: "Calls",
        description: "A call was passed on to somebody else.",
        fields: call![may("transferred_to", Text, "To whom.", "Otieno Ouma"), REASON,],
        reaches: &[],
        users: &[],
        customers: &[],
        audience: Some(Right::MessagesAll),
    },
    Row {
        name: "order.created",
        title: "Order placed",
        category: "Orders",
        description: "A customer placed an order.",
        fields: order![
            may("item_count", Integer, "How many things were ordered.", "3"),
            may("order_url", Url, "Where the customer can follow it.", "https://shop.example.com/orders/7001"),
        ],
        reaches: TO_CUSTOMER,
        users: &[],
        customers: &[],
        audience: Some(Right::Payments),
    },
    Row {
        name: "order.updated",
        title: "Order changed",
        category: "Orders",
        description: "An order changed.",
        fields: order![
            may("status", Text, "Where it stands now.", "Packed"),
            may("note", Text, "What the customer should know.", "It leaves tomorrow morning"),
        ],
        reaches: TO_CUSTOMER,
        users: &[],
        customers: &[],
        audience: None,
    },
    Row {
        name: "order.completed",
        title: "Order completed",
        category: "Orders",
        description: "An order was handed over.",
        fields: order![],
        reaches: TO_CUSTOMER,
        users: &[],
        customers: &[],
        audience: Some(Right::Payments),
    },
    Row {
        name: "order.cancelled",
        title: "Order cancelled",
        category: "Orders",
        description: "An order was called off.",
        fields: order![REASON],
        reaches: TO_CUSTOMER,
        users: &[],
        customers: &[],
        audience: Some(Right::Payments),
    },
    Row {
        name: "payment.initiated",
        title: "Payment started",
        category: "Payments",
        description: "A customer began to pay.",
        fields: payment![],
        reaches: &[],
        users: &[],
        customers: &[],
        audience: None,
    },
    Row {
        name: "payment.completed",
        title: "Payment completed",
        category: "Payments",
        description: "A payment arrived.",
        fields: payment![may("receipt_number", Reference, "What the gateway calls it.", "QGH7-X2LM1P"),],
        reaches: TO_CUSTOMER,
        users: &[],
        customers: &[],
        audience: Some(Right::Payments),
    },
    Row {
        name: "payment.failed",
        title: "Payment failed",
        category: "Payments",
        description: "A payment did not go through.",
        fields: payment![REASON],
        reaches: TO_CUSTOMER,
        users: &[],
        customers: &[],
        audience: Some(Right::Payments),
    },
    Row {
        name: "payment.refunded",
        title: "Payment refunded",
        category: "Payments",
        description: "A payment was given back.",
        fields: payment![REASON],
        reaches: TO_CUSTOMER,
        users: &[],
        customers: &[],
        audience: Some(Right::Payments),
    },
    Row {
        name: "campaign.started",
        title: "Campaign started",
        category: "Campaigns",
        description: "A campaign began.",
        fields: &[CAMPAIGN_ID, CAMPAIGN_NAME, may("recipient_count", Integer, "How many people it is for.", "1200")],
        reaches: &[],
        users: &[],
        customers: &[],
        audience: Some(Right::Events),
    },
    Row {
        name: "campaign.completed",
        title: "Campaign completed",
        category: "Campaigns",
        description: "A campaign ended.",
        fields: &[
            CAMPAIGN_ID,
            CAMPAIGN_NAME,
            may("recipient_count", Integer, "How many people it was for.", "1200"),
            may("delivered_count", Integer, "How many it reached.", "1187"),
            may("failed_count", Integer, "How many it did not reach.", "13"),
        ],
        reaches: &[],
        users: &[],
        customers: &[],
        audience: Some(Right::Events),
    },
    Row {
        name: "customer.created",
        title: "New customer",
        category: "Customers",
        description: "A customer came for the first time.",
        fields: CUSTOMER,
        reaches: &["email", "phone"],
        users: &[],
        customers: &[],
        audience: Some(Right::MessagesAll),
    },
    Row {
        name: "customer.updated",
        title: "Customer changed",
        category: "Customers",
        description: "What is known of a customer changed.",
        fields: CUSTOMER,
        reaches: &[],
        users: &[],
        customers: &[],
        audience: None,
    },
];
