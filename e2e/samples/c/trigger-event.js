// Trigger events from JavaScript
window.websocketSidebar.triggerEvent('invoice:sent', {
    invoice_id: 123,
    client_email: 'client@example.com',
    invoice_number: 'INV-001',
    total_amount: 1500.00
});
