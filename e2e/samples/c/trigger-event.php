// In your PHP application
$eventData = [
    'event_type' => 'invoice:sent',
    'event_data' => [
        'invoice_id' => 123,
        'client_email' => 'client@example.com',
        'client_phone' => '+27123456789',
        'invoice_number' => 'INV-001',
        'total_amount' => 1500.00,
        'client_name' => 'John Doe'
    ]
];

$response = file_get_contents('http://localhost:3001/api/websocket-events.php', false, stream_context_create([
    'http' => [
        'method' => 'POST',
        'header' => 'Content-Type: application/json',
        'content' => json_encode($eventData)
    ]
]));
